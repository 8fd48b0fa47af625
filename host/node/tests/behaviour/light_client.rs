//! Headers and commits before tendermint's light client: it accepts a chain of ours, and refuses each forgery alone.

use std::time::Duration;

use commons_node::{Commit, Header, Node, Signer, Validator};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};
use tendermint::block::signed_header::SignedHeader;
use tendermint::block::{self, CommitSig};
use tendermint::{Signature, Time, validator, vote};
use tendermint_light_client_verifier::errors::VerificationErrorDetail as Detail;
use tendermint_light_client_verifier::options::Options;
use tendermint_light_client_verifier::types::{
    TrustThreshold, TrustedBlockState, UntrustedBlockState,
};
use tendermint_light_client_verifier::{ProdVerifier, Verdict, Verifier};

use crate::accounts::{account, deploy, execute, genesis, next_block, node, vm};
use crate::support::{SECOND, START};

const DAY: Duration = Duration::from_secs(86_400);

/// What a light client is shown of a block.
#[derive(Clone)]
struct Shown {
    header: Header,
    commit: Commit,
    validators: validator::Set,
}

fn shown(node: &Node, height: u64) -> Shown {
    let record = node.block(height).unwrap().unwrap();
    Shown {
        header: record.header,
        commit: record.commit.unwrap(),
        validators: node.validator().set().clone(),
    }
}

fn at(nanos: u64) -> Time {
    let seconds = i64::try_from(nanos / SECOND).unwrap();
    Time::from_unix_timestamp(seconds, u32::try_from(nanos % SECOND).unwrap()).unwrap()
}

/// Verifies `untrusted` from `trusted`, an hour after the chain's start.
fn verify(trusted: &Shown, untrusted: &Shown) -> Verdict {
    let signed = SignedHeader::new(untrusted.header.clone(), untrusted.commit.clone()).unwrap();
    ProdVerifier::default().verify_update_header(
        UntrustedBlockState {
            signed_header: &signed,
            validators: &untrusted.validators,
            next_validators: Some(&untrusted.validators),
        },
        TrustedBlockState {
            chain_id: &trusted.header.chain_id,
            header_time: trusted.header.time,
            height: trusted.header.height,
            next_validators: &trusted.validators,
            next_validators_hash: trusted.header.next_validators_hash,
        },
        &Options {
            trust_threshold: TrustThreshold::TWO_THIRDS,
            trusting_period: 14 * DAY,
            clock_drift: Duration::from_secs(5),
        },
        at(START + 3600 * SECOND),
    )
}

fn refusal(trusted: &Shown, untrusted: &Shown) -> Detail {
    match verify(trusted, untrusted) {
        Verdict::Invalid(detail) => detail,
        other => panic!("not refused: {other:?}"),
    }
}

/// A chain of six blocks: contracts, transfers, and blocks with nothing in them.
fn played(mut node: Node) -> Node {
    let contract = deploy(&mut node);
    next_block(&mut node);
    node.broadcast(execute(&account(0), 2, &contract, "{}"))
        .unwrap();
    node.broadcast(account(1).send(0, &account(2), 1)).unwrap();
    next_block(&mut node);
    next_block(&mut node);
    next_block(&mut node);
    node
}

/// Signs a header as CometBFT would, with the development key: a forger who has the key.
fn signed(header: Header, validators: &validator::Set) -> Shown {
    let seed: [u8; 32] = Sha256::digest(b"commons development validator").into();
    let block_id = block::Id {
        hash: header.hash(),
        part_set_header: block::parts::Header::new(1, header.hash()).unwrap(),
    };
    let unsigned = vote::Vote {
        vote_type: vote::Type::Precommit,
        height: header.height,
        round: block::Round::default(),
        block_id: Some(block_id),
        timestamp: Some(header.time),
        validator_address: header.proposer_address,
        validator_index: 0u32.try_into().unwrap(),
        signature: None,
        extension: Vec::new(),
        extension_signature: None,
    };
    let bytes = unsigned.into_signable_vec(header.chain_id.clone());
    let signature = SigningKey::from_bytes(&seed).sign(&bytes).to_bytes();
    let commit = Commit {
        height: header.height,
        round: block::Round::default(),
        block_id,
        signatures: vec![CommitSig::BlockIdFlagCommit {
            validator_address: header.proposer_address,
            timestamp: header.time,
            signature: Some(Signature::try_from(signature.as_slice()).unwrap()),
        }],
    };
    Shown {
        header,
        commit,
        validators: validators.clone(),
    }
}

/// Alters the one signature of a commit.
fn altered(block: &Shown, change: impl Fn(&mut Time, &mut Vec<u8>)) -> Shown {
    let mut block = block.clone();
    let [
        CommitSig::BlockIdFlagCommit {
            timestamp,
            signature,
            ..
        },
    ] = block.commit.signatures.as_mut_slice()
    else {
        panic!("one signature")
    };
    let mut bytes = signature.clone().unwrap().into_bytes();
    change(timestamp, &mut bytes);
    *signature = Some(Signature::try_from(bytes).unwrap());
    block
}

#[test]
fn light_client_accepts_our_chain_step_by_step_and_by_leaps() {
    let own = Signer::in_memory(&[42; 32]).unwrap();
    for node in [
        node(),
        Node::in_memory_signed(vm(), &genesis(), own).unwrap(),
    ] {
        let node = played(node);
        assert_eq!(node.height(), 6);
        for trusted in 1..6 {
            for height in trusted + 1..=6 {
                assert_eq!(
                    verify(&shown(&node, trusted), &shown(&node, height)),
                    Verdict::Success,
                    "from {trusted} to {height}"
                );
            }
        }
    }
}

/// What the forgeries below are built with passes as it is, so each is refused for what is forged in it.
#[test]
fn header_signed_by_the_test_itself_is_accepted() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let again = signed(honest.header.clone(), &honest.validators);
    assert_eq!(verify(&trusted, &again), Verdict::Success);
}

#[test]
fn forged_signature_is_refused() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let flipped = altered(&honest, |_, signature| signature[7] ^= 1);
    let detail = refusal(&trusted, &flipped);
    assert!(matches!(detail, Detail::InvalidSignature(_)), "{detail:?}");
    // The time of a vote is signed too.
    let later = altered(&honest, |time, _| {
        *time = time.checked_add(Duration::from_nanos(1)).unwrap();
    });
    let detail = refusal(&trusted, &later);
    assert!(matches!(detail, Detail::InvalidSignature(_)), "{detail:?}");
    // A signature of the block before, which is good there.
    let other = shown(&node, 3).commit.signatures;
    let mut moved = honest.clone();
    moved.commit.signatures = other;
    let detail = refusal(&trusted, &moved);
    assert!(matches!(detail, Detail::InvalidSignature(_)), "{detail:?}");
}

#[test]
fn signature_of_another_key_is_refused() {
    let own = Signer::in_memory(&[42; 32]).unwrap();
    let node = played(Node::in_memory_signed(vm(), &genesis(), own).unwrap());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let detail = refusal(&trusted, &signed(honest.header.clone(), &honest.validators));
    assert!(matches!(detail, Detail::InvalidSignature(_)), "{detail:?}");
}

#[test]
fn absent_signature_is_not_trusted() {
    let node = played(node());
    let mut empty = shown(&node, 4);
    empty.commit.signatures = vec![CommitSig::BlockIdFlagAbsent];
    assert_ne!(verify(&shown(&node, 3), &empty), Verdict::Success);
}

/// Every field of a header is under its hash, and the hash under the signature.
#[test]
fn forged_header_hash_is_refused() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let mut forged = honest.clone();
    forged.header.app_hash = vec![1; 32].try_into().unwrap();
    let detail = refusal(&trusted, &forged);
    assert!(
        matches!(detail, Detail::InvalidCommitValue(_)),
        "{detail:?}"
    );
    forged.commit.block_id.hash = forged.header.hash();
    let detail = refusal(&trusted, &forged);
    assert!(matches!(detail, Detail::InvalidSignature(_)), "{detail:?}");
}

/// Signed by the right key, for another chain.
#[test]
fn forged_chain_id_is_refused() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let mut header = honest.header.clone();
    header.chain_id = "another-chain".parse().unwrap();
    let detail = refusal(&trusted, &signed(header, &honest.validators));
    assert!(matches!(detail, Detail::ChainIdMismatch(_)), "{detail:?}");
}

#[test]
fn forged_validator_set_is_refused() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    let other =
        Validator::new(SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes()).unwrap();
    // A set that the header does not name.
    let mut shown_other = honest.clone();
    shown_other.validators = other.set().clone();
    let detail = refusal(&trusted, &shown_other);
    assert!(
        matches!(detail, Detail::InvalidValidatorSet(_)),
        "{detail:?}"
    );
    // A header that names another set than the block before announced.
    let mut header = honest.header.clone();
    header.validators_hash = other.hash();
    header.next_validators_hash = other.hash();
    header.proposer_address = other.address();
    let detail = refusal(&trusted, &signed(header, other.set()));
    assert!(
        matches!(detail, Detail::InvalidNextValidatorSet(_)),
        "{detail:?}"
    );
    // The same set with another power.
    let mut info = honest.validators.validators()[0].clone();
    info.power = vote::Power::from(11u32);
    let mut heavier = honest.clone();
    heavier.validators = validator::Set::without_proposer(vec![info]);
    let detail = refusal(&trusted, &heavier);
    assert!(
        matches!(detail, Detail::InvalidValidatorSet(_)),
        "{detail:?}"
    );
}

/// Signed by the right key, at a time that cannot be.
#[test]
fn forged_time_is_refused() {
    let node = played(node());
    let (trusted, honest) = (shown(&node, 3), shown(&node, 4));
    for time in [trusted.header.time, at(START)] {
        let header = Header {
            time,
            ..honest.header.clone()
        };
        let detail = refusal(&trusted, &signed(header, &honest.validators));
        assert!(
            matches!(detail, Detail::NonMonotonicBftTime(_)),
            "{detail:?}"
        );
    }
    let header = Header {
        time: at(START + 7200 * SECOND),
        ..honest.header.clone()
    };
    let detail = refusal(&trusted, &signed(header, &honest.validators));
    assert!(
        matches!(detail, Detail::HeaderFromTheFuture(_)),
        "{detail:?}"
    );
}

#[test]
fn trust_that_is_too_old_is_not_used() {
    let node = played(node());
    let (mut trusted, honest) = (shown(&node, 3), shown(&node, 4));
    trusted.header.time = at(START - 15 * 86_400 * SECOND);
    let detail = refusal(&trusted, &honest);
    assert!(
        matches!(detail, Detail::NotWithinTrustPeriod(_)),
        "{detail:?}"
    );
}
