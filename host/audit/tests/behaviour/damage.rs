//! Logs that are damaged: typed errors that name block and place, never a panic.

use commons_audit::AuditError;
use commons_audit::replay::{Options, run};
use commons_audit::tamper::flip_log_byte;

use crate::chain_log::played;

fn failure(log: &[u8]) -> AuditError {
    match run(log, Options::default(), &mut |_| {}) {
        Ok(report) => panic!("the damage was not noticed: {:?}", report.difference),
        Err(error) => error,
    }
}

#[test]
fn a_log_cut_off_anywhere_says_in_which_block_and_at_which_byte() {
    let log = played().log();
    let step = log.len() / 37;
    for end in (0..log.len())
        .step_by(step)
        .chain([log.len() - 1, log.len() - 41])
    {
        let error = failure(&log[..end]);
        assert!(matches!(error, AuditError::Log(_)), "{end}: {error:?}");
        if end > 30 {
            let said = error.to_string();
            assert!(said.contains(&format!("cut off at byte {end}")), "{said}");
        }
    }
}

#[test]
fn random_bytes_are_not_a_log() {
    let noise: Vec<u8> = (0..10_000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    assert_eq!(
        failure(&noise).to_string(),
        "this is not a block log: it does not start with the letters COMMONSLOG"
    );
    assert!(matches!(failure(&[]), AuditError::Log(_)));
}

/// Any byte: the replay fails or, in the genesis's own digest alone, never succeeds.
#[test]
fn a_flipped_byte_anywhere_is_noticed() {
    let log = played().log();
    for place in (0..log.len()).step_by(53) {
        let mut flipped = log.clone();
        flipped[place] ^= 0x10;
        failure(&flipped);
    }
}

#[test]
fn a_flipped_byte_in_a_transaction_names_block_and_transaction() {
    let log = played().log();
    let mut flipped = Vec::new();
    let what = flip_log_byte(log.as_slice(), &mut flipped, 6).unwrap();
    assert!(what.contains("in a transaction of block 6"), "{what}");
    let differing = log.iter().zip(&flipped).filter(|(a, b)| a != b).count();
    assert_eq!((log.len(), differing), (flipped.len(), 1));
    let error = failure(&flipped);
    assert!(matches!(error, AuditError::Altered { .. }), "{error:?}");
    let said = error.to_string();
    assert!(
        said.starts_with("block 6 of the block log, at byte "),
        "{said}"
    );
    assert!(said.contains("block 6, transaction 0 ("), "{said}");
    assert!(
        said.contains("the log says it succeeded, replay refuses it: "),
        "{said}"
    );
}
