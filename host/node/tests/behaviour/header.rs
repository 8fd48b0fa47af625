//! Headers: how they are made, how they are linked, and every lie in them.

use commons_ledger::ChainParams;
use commons_node::{
    BlockRecord, Commit, CommitField, Header, HeaderField, LinkError, Parent, Validator, data_hash,
    header_hash, last_results_hash, merkle_of_nothing, seal, tx_hash, verify_links,
};
use sha2::{Digest, Sha256};
use tendermint::Hash;
use tendermint::block::{self, CommitSig};

use crate::support::{
    CHAIN, SECOND, START, chain, digest, genesis, newer_origin, record_after, unsigned_after,
};

/// Checks a whole chain from the genesis.
fn verify(records: &[BlockRecord]) -> Result<(), LinkError> {
    let mut parent = genesis();
    for record in records {
        verify_links(record, &parent)?;
        parent = Parent::of(record).unwrap();
    }
    Ok(())
}

/// The field that [`verify`] names, with its height.
fn wrong_field(records: &[BlockRecord]) -> (u64, HeaderField) {
    match verify(records) {
        Err(LinkError::Field { height, field, .. }) => (height, field),
        other => panic!("no wrong field: {other:?}"),
    }
}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

#[test]
fn sealed_chain_is_linked() {
    verify(&chain()).unwrap();
}

#[test]
fn first_header_follows_from_the_genesis() {
    let first = &chain()[0].header;
    assert_eq!((first.version.block, first.version.app), (11, 1));
    assert_eq!((first.chain_id.as_str(), first.height.value()), (CHAIN, 1));
    assert_eq!(first.last_block_id, None);
    assert_eq!(first.app_hash.as_bytes(), [7; 32]);
    let nothing = Some(Hash::Sha256(merkle_of_nothing()));
    assert_eq!(
        [
            first.data_hash,
            first.last_commit_hash,
            first.evidence_hash,
            first.last_results_hash
        ],
        [nothing; 4]
    );
    assert_eq!(
        first.time.unix_timestamp_nanos(),
        i128::from(START + SECOND)
    );
    assert_eq!(first.validators_hash, first.next_validators_hash);
}

/// The consensus parameters are CometBFT's defaults, whose hash every default chain shows.
#[test]
fn consensus_hash_is_that_of_the_default_parameters() {
    assert_eq!(
        chain()[0].header.consensus_hash.to_string(),
        "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F"
    );
}

/// Chains say by their headers what they are for, and what their blocks may hold; a later block goes on as the first began.
#[test]
fn headers_of_a_newer_chain_follow_its_genesis() {
    let limited = ChainParams {
        max_gas: Some(7),
        max_bytes: 1_000,
        ..ChainParams::default()
    };
    let unlimited = ChainParams {
        max_gas: None,
        ..ChainParams::default()
    };
    let zero = ChainParams {
        max_gas: Some(0),
        max_bytes: u64::MAX,
        ..ChainParams::default()
    };
    // The hashes are those of the two protobuf fields, as computed apart from this program.
    let cases = [
        (
            ChainParams::default(),
            "1BF2556CA5D5D7EFFB540F34CB0FFC77A3202E32275557AFBD219882A9E42ACF",
        ),
        (
            unlimited,
            "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F",
        ),
        (
            zero,
            "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F",
        ),
        (
            limited,
            "32366DBCAF6E75524106E477F766DD9982D94FFCD60EF7C85A50AE8BF4D2D887",
        ),
    ];
    for (params, hash) in cases {
        for (chain_id, app) in [("newer-1", 0), ("newer-dev", 1), ("newer-dev-1", 0)] {
            let origin = newer_origin(chain_id, params.clone());
            let mut parent = Parent::genesis(&origin, [7; 32]).unwrap();
            for n in 1..3 {
                let record = record_after(&parent, &[], [n; 32]);
                let header = &record.header;
                assert_eq!(header.version.app, app, "{chain_id}");
                assert_eq!(header.consensus_hash.to_string(), hash);
                verify_links(&record, &parent).unwrap();
                parent = Parent::of(&record).unwrap();
            }
        }
    }
    let first = record_after(&genesis(), &[], [1; 32]);
    let newer = Parent::genesis(&newer_origin(CHAIN, ChainParams::default()), [7; 32]).unwrap();
    let error = verify_links(&first, &newer).unwrap_err();
    assert!(
        matches!(
            error,
            LinkError::Field {
                field: HeaderField::Version,
                ..
            }
        ),
        "{error}"
    );
}

/// Root and results of a block are committed to by the next one.
#[test]
fn next_header_has_root_and_results_of_the_block_before() {
    let records = chain();
    let (third, fourth) = (&records[2], &records[3]);
    assert_eq!(fourth.header.app_hash.as_bytes(), third.root);
    assert_eq!(
        fourth.header.last_results_hash,
        Some(Hash::Sha256(last_results_hash(&third.results)))
    );
    assert_eq!(
        fourth.header.last_block_id.unwrap().hash,
        Hash::Sha256(header_hash(&third.header))
    );
}

/// RFC 6962 by hand, for one, two and three leaves.
#[test]
fn data_hash_is_the_merkle_root_of_transaction_hashes() {
    let txs: Vec<Vec<u8>> = [b"a", b"b", b"c"].map(|tx| tx.to_vec()).into();
    let leaf = |n: usize| sha(&[&[0], &tx_hash(&txs[n])]);
    let node = |left: &[u8], right: &[u8]| sha(&[&[1], left, right]);
    assert_eq!(data_hash(&[]), sha(&[]));
    assert_eq!(data_hash(&txs[..1]), leaf(0));
    assert_eq!(data_hash(&txs[..2]), node(&leaf(0), &leaf(1)));
    assert_eq!(data_hash(&txs), node(&node(&leaf(0), &leaf(1)), &leaf(2)));
}

/// The protobuf bytes of a result by hand: code 5, data `xy`, gas 300 and 7.
#[test]
fn results_hash_covers_code_data_and_gas() {
    let mut result = digest(0, b"xy");
    (result.code, result.gas_wanted, result.gas_used) = (5, 300, 7);
    let proto = [
        &[0x08, 5],
        [0x12, 2].as_slice(),
        b"xy",
        &[0x28, 0xac, 0x02],
        &[0x30, 7],
    ]
    .concat();
    assert_eq!(
        last_results_hash(std::slice::from_ref(&result)),
        sha(&[&[0], &proto])
    );
    let base = last_results_hash(std::slice::from_ref(&result));
    let changes: [fn(&mut commons_node::ResultDigest); 4] = [
        |r| r.code += 1,
        |r| r.data.push(0),
        |r| r.gas_wanted += 1,
        |r| r.gas_used += 1,
    ];
    for change in changes {
        let mut other = result.clone();
        change(&mut other);
        assert_ne!(last_results_hash(&[other]), base);
    }
}

/// A header of a real chain with its known hash (CometBFT `types/block_test.go`, TestHeaderHash).
#[test]
fn header_hash_is_that_of_cometbft() {
    let hash = |text: &str| Hash::Sha256(sha(&[text.as_bytes()]));
    let header = Header {
        version: block::header::Version { block: 1, app: 2 },
        chain_id: "chainId".parse().unwrap(),
        height: 3u32.into(),
        time: tendermint::Time::parse_from_rfc3339("2019-10-13T16:14:44Z").unwrap(),
        last_block_id: Some(block::Id {
            hash: Hash::Sha256([0; 32]),
            part_set_header: block::parts::Header::new(6, Hash::Sha256([0; 32])).unwrap(),
        }),
        last_commit_hash: Some(hash("last_commit_hash")),
        data_hash: Some(hash("data_hash")),
        validators_hash: hash("validators_hash"),
        next_validators_hash: hash("next_validators_hash"),
        consensus_hash: hash("consensus_hash"),
        app_hash: sha(&[b"app_hash"]).to_vec().try_into().unwrap(),
        last_results_hash: Some(hash("last_results_hash")),
        evidence_hash: Some(hash("evidence_hash")),
        proposer_address: tendermint::account::Id::new(
            sha(&[b"proposer_address"])[..20].try_into().unwrap(),
        ),
    };
    assert_eq!(
        hex::encode_upper(header_hash(&header)),
        "F740121F553B5418C3EFBD343C2DBFE9E007BB67B0D020A0741374BAB65242A4"
    );
}

#[test]
fn altered_transaction_breaks_the_data_hash() {
    let mut records = chain();
    records[2].txs[1][0] ^= 1;
    assert_eq!(wrong_field(&records), (3, HeaderField::DataHash));
}

#[test]
fn swapped_transactions_break_the_data_hash() {
    let mut records = chain();
    records[2].txs.swap(0, 1);
    assert_eq!(wrong_field(&records), (3, HeaderField::DataHash));
}

#[test]
fn altered_result_breaks_the_next_results_hash() {
    let mut records = chain();
    records[1].results[0].gas_used += 1;
    assert_eq!(wrong_field(&records), (3, HeaderField::LastResultsHash));
}

#[test]
fn altered_root_breaks_the_next_app_hash() {
    let mut records = chain();
    records[1].root[0] ^= 1;
    assert_eq!(wrong_field(&records), (3, HeaderField::AppHash));
}

#[test]
fn removed_block_is_noticed() {
    let mut records = chain();
    records.remove(1);
    assert_eq!(wrong_field(&records), (3 - 1, HeaderField::Height));
}

/// Sealing one altered block again moves the lie to the next block; sealing all of them hides it from the links.
#[test]
fn sealing_one_block_again_breaks_the_next_link() {
    let mut records = chain();
    records[1].txs[0] = b"other".to_vec();
    seal(&mut records[1], &Parent::of(&chain()[0]).unwrap()).unwrap();
    assert_eq!(wrong_field(&records), (3, HeaderField::LastBlockId));
    for n in 2..records.len() {
        let parent = Parent::of(&records[n - 1]).unwrap();
        seal(&mut records[n], &parent).unwrap();
    }
    verify(&records).unwrap();
    assert_ne!(
        records.last().unwrap().header,
        chain().last().unwrap().header
    );
}

#[test]
fn sealing_an_honest_chain_changes_nothing() {
    let mut parent = genesis();
    for record in chain() {
        let mut again = record.clone();
        again.header.data_hash = None;
        seal(&mut again, &parent).unwrap();
        assert_eq!(again, record);
        parent = Parent::of(&record).unwrap();
    }
}

/// Alters one field of a header.
type Lie<'a> = &'a dyn Fn(&mut Header);

/// Each field of the header alone.
#[test]
fn every_field_of_a_header_is_checked() {
    let other = Hash::Sha256([1; 32]);
    let lies: [(HeaderField, Lie<'_>); 13] = [
        (HeaderField::Version, &|h| h.version.app += 1),
        (HeaderField::ChainId, &|h| {
            h.chain_id = "another-chain".parse().unwrap();
        }),
        (HeaderField::Height, &|h| h.height = h.height.increment()),
        (HeaderField::LastBlockId, &|h| h.last_block_id = None),
        (HeaderField::LastCommitHash, &|h| {
            h.last_commit_hash = Some(other);
        }),
        (HeaderField::DataHash, &|h| h.data_hash = Some(other)),
        (HeaderField::ValidatorsHash, &|h| h.validators_hash = other),
        (HeaderField::NextValidatorsHash, &|h| {
            h.next_validators_hash = other;
        }),
        (HeaderField::ConsensusHash, &|h| h.consensus_hash = other),
        (HeaderField::AppHash, &|h| {
            h.app_hash = vec![1; 32].try_into().unwrap();
        }),
        (HeaderField::LastResultsHash, &|h| {
            h.last_results_hash = None;
        }),
        (HeaderField::EvidenceHash, &|h| h.evidence_hash = None),
        (HeaderField::ProposerAddress, &|h| {
            h.proposer_address = tendermint::account::Id::new([1; 20]);
        }),
    ];
    for (field, lie) in lies {
        let mut records = chain();
        lie(&mut records[2].header);
        assert_eq!(wrong_field(&records), (3, field));
        let text = verify(&records).unwrap_err().to_string();
        assert!(
            text.contains(&field.to_string()) && text.contains("block 3"),
            "{text}"
        );
    }
}

/// Alters a commit.
type CommitLie<'a> = &'a dyn Fn(&mut Commit);

/// Each field of the commit alone, the signature last.
#[test]
fn every_field_of_a_commit_is_checked() {
    let each = |change: fn(&mut tendermint::account::Id, &mut tendermint::Time)| {
        move |commit: &mut Commit| {
            let [
                CommitSig::BlockIdFlagCommit {
                    validator_address,
                    timestamp,
                    ..
                },
            ] = commit.signatures.as_mut_slice()
            else {
                panic!("one signature")
            };
            change(validator_address, timestamp);
        }
    };
    let other = tendermint::Time::unix_epoch();
    let lies: [(CommitField, CommitLie<'_>); 8] = [
        (CommitField::Height, &|c| c.height = c.height.increment()),
        (CommitField::Round, &|c| c.round = 1u16.into()),
        (CommitField::BlockId, &|c| {
            c.block_id.hash = Hash::Sha256([1; 32]);
        }),
        (CommitField::BlockId, &|c| {
            c.block_id.part_set_header =
                block::parts::Header::new(2, c.block_id.part_set_header.hash).unwrap();
        }),
        (CommitField::Signatures, &|c| c.signatures.clear()),
        (
            CommitField::ValidatorAddress,
            &each(|address, _| {
                *address = tendermint::account::Id::new([1; 20]);
            }),
        ),
        (
            CommitField::Timestamp,
            &each(|_, time| {
                *time = tendermint::Time::unix_epoch();
            }),
        ),
        (CommitField::Signature, &|c| {
            c.signatures = vec![CommitSig::BlockIdFlagCommit {
                validator_address: c.signatures[0].validator_address().unwrap(),
                timestamp: chain()[2].header.time,
                signature: Some([1u8; 64].as_slice().try_into().unwrap()),
            }];
        }),
    ];
    assert_ne!(chain()[2].header.time, other);
    for (wanted, lie) in lies {
        let mut records = chain();
        lie(records[2].commit.as_mut().unwrap());
        match verify(&records) {
            Err(LinkError::Commit { height, field, .. }) => {
                assert_eq!((height, field), (3, wanted));
            }
            other => panic!("{wanted}: {other:?}"),
        }
        let text = verify(&records).unwrap_err().to_string();
        assert!(
            text.contains("block 3") && text.contains(&wanted.to_string()),
            "{text}"
        );
    }
}

/// Who takes a signature away is found, also in the last block, which no header follows.
#[test]
fn unsigned_block_after_a_signed_one_is_refused() {
    let mut records = chain();
    records[3].commit = None;
    assert_eq!(verify(&records), Err(LinkError::Unsigned { height: 4 }));
}

/// A chain of format 1 stays verifiable, and goes on with signed blocks.
#[test]
fn unsigned_chain_is_linked_and_goes_on_signed() {
    let mut parent = genesis();
    let mut records = Vec::new();
    for n in 1..=3u8 {
        let record = unsigned_after(&parent, &[&[n]], [n; 32]);
        parent = Parent::of(&record).unwrap();
        records.push(record);
    }
    records.push(record_after(&parent, &[], [4; 32]));
    parent = Parent::of(&records[3]).unwrap();
    records.push(record_after(&parent, &[], [5; 32]));
    verify(&records).unwrap();
    let nothing = Some(Hash::Sha256(merkle_of_nothing()));
    assert_eq!(records[3].header.last_commit_hash, nothing);
    assert_ne!(records[4].header.last_commit_hash, nothing);
    records[1].txs[0][0] ^= 1;
    assert_eq!(wrong_field(&records), (2, HeaderField::DataHash));
}

/// A chain with a key of its own has it from its first block on, and the development key does not sign there.
#[test]
fn chain_with_its_own_key_is_not_sealed_by_another() {
    let own = Validator::new(
        ed25519_dalek::SigningKey::from_bytes(&[42; 32])
            .verifying_key()
            .to_bytes(),
    )
    .unwrap();
    let parent = genesis().signed_by(&own);
    let mut record = record_after(&parent, &[b"tx"], [1; 32]);
    assert!(matches!(
        verify_links(&record, &parent),
        Err(LinkError::Commit {
            field: CommitField::Signature,
            ..
        })
    ));
    record.commit = None;
    assert_eq!(
        verify_links(&record, &parent),
        Err(LinkError::Unsigned { height: 1 })
    );
}

/// L7: time rises from block to block, also when everything was sealed for it.
#[test]
fn time_that_stands_still_or_goes_back_is_refused() {
    let parent = Parent::of(&chain()[0]).unwrap();
    for time in [parent.time_nanos(), parent.time_nanos() - 1] {
        let mut record = record_after(&parent, &[], [2; 32]);
        record.header = parent.next_header(&[], time).unwrap();
        let error = verify_links(&record, &parent).unwrap_err();
        assert_eq!(
            error,
            LinkError::Time {
                height: 2,
                given: time,
                last: parent.time_nanos()
            }
        );
    }
}

#[test]
fn missing_result_is_refused() {
    let mut records = chain();
    records[2].results.pop();
    assert_eq!(
        verify(&records),
        Err(LinkError::Results {
            height: 3,
            txs: 3,
            results: 2
        })
    );
}

#[test]
fn impossible_chain_id_is_refused() {
    for id in ["", "with space", &"x".repeat(51)] {
        assert!(
            matches!(
                Parent::genesis(&newer_origin(id, ChainParams::default()), [0; 32]),
                Err(LinkError::ChainId(_))
            ),
            "{id}"
        );
    }
}
