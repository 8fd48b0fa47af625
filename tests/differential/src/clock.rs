//! A validator whose clock can be set: signs what a real node hands it over the socket of CometBFT's remote signers, and stamps votes
//! with the time that a file holds. Block times are the times of votes, so a chain of this one validator has any time its tests need.
//! Must never sign for a chain that is worth anything: it remembers no earlier signature.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer, SigningKey};
use prost::Message as _;
use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::crypto::{PublicKey, public_key};
use tendermint_proto::v0_38::privval::{
    Message, PingResponse, PubKeyResponse, SignedProposalResponse, SignedVoteResponse, message::Sum,
};
use tendermint_proto::v0_38::types::{
    BlockId, CanonicalBlockId, CanonicalPartSetHeader, CanonicalProposal, CanonicalVote, Proposal,
    Vote,
};

/// A request is a vote or a proposal: some hundred bytes.
const MAX_BYTES: usize = 1 << 16;
const NANOS: i64 = 1_000_000_000;
/// The least step between two blocks, as in CometBFT.
const STEP: i64 = 1_000_000;

/// See the module.
pub struct Clock {
    key: SigningKey,
    file: PathBuf,
    last: i64,
}

impl Clock {
    /// Signs with the key of a `priv_validator_key.json`; `file` holds seconds since 1970.
    ///
    /// # Errors
    /// The key file cannot be read, or the clock.
    pub fn new(key: &Path, file: PathBuf) -> Result<Self, String> {
        let wrong = |why: String| format!("{}: {why}", key.display());
        let text = std::fs::read_to_string(key).map_err(|error| wrong(error.to_string()))?;
        let document: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let pair = document.pointer("/priv_key/value").and_then(|v| v.as_str());
        let pair = pair.and_then(|pair| STANDARD.decode(pair).ok());
        let seed = pair.as_deref().and_then(<[u8]>::first_chunk::<32>);
        let seed = seed.ok_or_else(|| wrong("it holds no ed25519 key".to_owned()))?;
        let mut clock = Self {
            key: SigningKey::from_bytes(seed),
            file,
            last: 0,
        };
        clock.now()?;
        Ok(clock)
    }

    /// Serves the node that listens at `socket` until that node is gone.
    ///
    /// # Errors
    /// Nobody listens within 30 seconds, the connection breaks, or the clock cannot be read.
    pub fn serve(&mut self, socket: &Path) -> Result<(), String> {
        let mut stream = connect(socket)?;
        while let Some(request) = read(&mut stream)? {
            let answer = Message {
                sum: Some(self.answer(request)?),
            };
            let bytes = answer.encode_length_delimited_to_vec();
            stream
                .write_all(&bytes)
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn answer(&mut self, request: Message) -> Result<Sum, String> {
        Ok(match request.sum {
            Some(Sum::PingRequest(_)) => Sum::PingResponse(PingResponse {}),
            Some(Sum::PubKeyRequest(_)) => Sum::PubKeyResponse(PubKeyResponse {
                pub_key: Some(PublicKey {
                    sum: Some(public_key::Sum::Ed25519(
                        self.key.verifying_key().to_bytes().to_vec(),
                    )),
                }),
                error: None,
            }),
            Some(Sum::SignVoteRequest(request)) => {
                let vote = request.vote.ok_or("a request to sign no vote")?;
                Sum::SignedVoteResponse(SignedVoteResponse {
                    vote: Some(self.vote(vote, request.chain_id)?),
                    error: None,
                })
            }
            Some(Sum::SignProposalRequest(request)) => {
                let proposal = request.proposal.ok_or("a request to sign no proposal")?;
                Sum::SignedProposalResponse(SignedProposalResponse {
                    proposal: Some(self.proposal(proposal, request.chain_id)),
                    error: None,
                })
            }
            other => return Err(format!("a signer is not asked this: {other:?}")),
        })
    }

    /// The file's time, and always later than the last one: blocks must be.
    fn now(&mut self) -> Result<Timestamp, String> {
        let wrong = |why: String| format!("{}: {why}", self.file.display());
        let text = std::fs::read_to_string(&self.file).map_err(|error| wrong(error.to_string()))?;
        let seconds: i64 = text
            .trim()
            .parse()
            .map_err(|_| wrong("it holds no number of seconds".to_owned()))?;
        let told = seconds
            .checked_mul(NANOS)
            .ok_or_else(|| wrong("that is too late".to_owned()))?;
        self.last = told.max(self.last.saturating_add(STEP));
        Ok(Timestamp {
            seconds: self.last / NANOS,
            nanos: i32::try_from(self.last % NANOS).map_err(|error| error.to_string())?,
        })
    }

    fn vote(&mut self, mut vote: Vote, chain_id: String) -> Result<Vote, String> {
        vote.timestamp = Some(self.now()?);
        let canonical = CanonicalVote {
            r#type: vote.r#type,
            height: vote.height,
            round: vote.round.into(),
            block_id: vote.block_id.clone().and_then(canonical),
            timestamp: vote.timestamp,
            chain_id,
        };
        vote.signature = self.sign(&canonical);
        Ok(vote)
    }

    fn proposal(&self, mut proposal: Proposal, chain_id: String) -> Proposal {
        let canonical = CanonicalProposal {
            r#type: proposal.r#type,
            height: proposal.height,
            round: proposal.round.into(),
            pol_round: proposal.pol_round.into(),
            block_id: proposal.block_id.clone().and_then(canonical),
            timestamp: proposal.timestamp,
            chain_id,
        };
        proposal.signature = self.sign(&canonical);
        proposal
    }

    fn sign(&self, canonical: &impl prost::Message) -> Vec<u8> {
        let bytes = canonical.encode_length_delimited_to_vec();
        self.key.sign(&bytes).to_bytes().to_vec()
    }
}

/// None for a vote for no block.
fn canonical(id: BlockId) -> Option<CanonicalBlockId> {
    let parts = id.part_set_header.unwrap_or_default();
    (!id.hash.is_empty()).then_some(CanonicalBlockId {
        hash: id.hash,
        part_set_header: Some(CanonicalPartSetHeader {
            total: parts.total,
            hash: parts.hash,
        }),
    })
}

fn connect(socket: &Path) -> Result<UnixStream, String> {
    for _ in 0..1_500 {
        if let Ok(stream) = UnixStream::connect(socket) {
            return Ok(stream);
        }
        sleep(Duration::from_millis(20));
    }
    Err(format!("nobody listens at {}", socket.display()))
}

/// The next request; none where the node closed the connection.
fn read(stream: &mut UnixStream) -> Result<Option<Message>, String> {
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
        let [byte] = byte;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
        if shift > 14 {
            return Err("a request with too long a length".to_owned());
        }
    }
    if length > MAX_BYTES {
        return Err(format!("a request of {length} bytes"));
    }
    let mut bytes = vec![0; length];
    stream
        .read_exact(&mut bytes)
        .map_err(|error| error.to_string())?;
    Message::decode(bytes.as_slice())
        .map(Some)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use ed25519_dalek::Verifier;
    use tendermint_proto::v0_38::privval::{PubKeyRequest, SignVoteRequest};

    #[test]
    fn votes_have_the_time_of_the_file_and_never_an_earlier_one() {
        let dir = std::env::temp_dir().join(format!("commons-clock-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (key, file) = (dir.join("key.json"), dir.join("clock"));
        let pair = SigningKey::from_bytes(&[7; 32]).to_keypair_bytes();
        let text = serde_json::json!({"priv_key": {"value": STANDARD.encode(pair)}});
        std::fs::write(&key, text.to_string()).unwrap();
        std::fs::write(&file, "378691200\n").unwrap();
        let mut clock = Clock::new(&key, file.clone()).unwrap();
        let mut time = |height| {
            let vote = Vote {
                r#type: 2,
                height,
                ..Vote::default()
            };
            let request = SignVoteRequest {
                vote: Some(vote),
                chain_id: "a-chain".to_owned(),
            };
            let sum = Some(Sum::SignVoteRequest(request));
            let Sum::SignedVoteResponse(answer) = clock.answer(Message { sum }).unwrap() else {
                panic!("a vote is answered with a vote");
            };
            let vote = answer.vote.unwrap();
            let canonical = CanonicalVote {
                r#type: 2,
                height,
                round: 0,
                block_id: None,
                timestamp: vote.timestamp,
                chain_id: "a-chain".to_owned(),
            };
            let signature = vote.signature.as_slice().try_into().unwrap();
            clock
                .key
                .verifying_key()
                .verify(&canonical.encode_length_delimited_to_vec(), &signature)
                .unwrap();
            vote.timestamp.unwrap()
        };
        let first = time(1);
        assert_eq!(first.seconds, 378_691_200);
        let second = time(2);
        assert_eq!(i64::from(second.nanos - first.nanos), STEP);
        std::fs::write(&file, "394329600").unwrap();
        assert_eq!((time(3).seconds, time(4).nanos), (394_329_600, 1_000_000));
        std::fs::write(&file, "1").unwrap();
        assert_eq!(time(5).seconds, 394_329_600);
        let sum = Some(Sum::PubKeyRequest(PubKeyRequest::default()));
        assert!(matches!(
            clock.answer(Message { sum }),
            Ok(Sum::PubKeyResponse(_))
        ));
        std::fs::write(&file, "soon").unwrap();
        let asked = SignVoteRequest {
            vote: Some(Vote::default()),
            chain_id: String::new(),
        };
        let sum = Some(Sum::SignVoteRequest(asked));
        assert!(clock.answer(Message { sum }).is_err());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
