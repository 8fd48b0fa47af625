//! Owns the imports for the pairing-friendly curve BLS12-381; they must answer exactly as the chains' library does.

use cosmwasm_crypto::{
    CryptoError, HashFunction, bls12_381_aggregate_g1, bls12_381_aggregate_g2,
    bls12_381_hash_to_g1, bls12_381_hash_to_g2, bls12_381_pairing_equality,
};

use super::ed25519::verdict;
use super::{KIB, MIB};
use crate::error::Stop;
use crate::frame::Frame;
use crate::gas::Gas;
use crate::price;

const G1_BYTES: u32 = 48;
const G2_BYTES: u32 = 96;
const MAX_POINTS: u32 = 2 * MIB;
const MAX_MESSAGE: u32 = 5 * MIB;
const MAX_DOMAIN: u32 = 5 * KIB;

/// 0 with the sum of points on G1 in `out`, or an error code.
pub(super) fn aggregate_g1(frame: &mut Frame<'_>, points: u32, out: u32) -> Result<u32, Stop> {
    let points = frame.read(points, MAX_POINTS)?;
    frame.pay(price::BLS_AGGREGATE_G1.of(points.len() / 48))?;
    reply(frame, out, bls12_381_aggregate_g1(&points))
}

/// 0 with the sum of points on G2 in `out`, or an error code.
pub(super) fn aggregate_g2(frame: &mut Frame<'_>, points: u32, out: u32) -> Result<u32, Stop> {
    let points = frame.read(points, MAX_POINTS)?;
    frame.pay(price::BLS_AGGREGATE_G2.of(points.len() / 96))?;
    reply(frame, out, bls12_381_aggregate_g2(&points))
}

/// 0 if the product of the pairings of `ps` with `qs` equals that of `r` with `s`, 1 if not, or an error code.
pub(super) fn pairing_equality(frame: &mut Frame<'_>, pointers: [u32; 4]) -> Result<u32, Stop> {
    let [ps, qs, r, s] = pointers;
    let ps = frame.read(ps, MAX_POINTS)?;
    let qs = frame.read(qs, MAX_POINTS)?;
    let r = frame.read(r, G1_BYTES)?;
    let s = frame.read(s, G2_BYTES)?;
    // One more than the pairings on the left: the one on the right.
    frame.pay(price::BLS_PAIRING.of(ps.len() / 48 + 1))?;
    Ok(verdict(bls12_381_pairing_equality(&ps, &qs, &r, &s)))
}

/// 0 with a point on G1 in the last of `[message, domain, out]`, or an error code.
pub(super) fn hash_to_g1(frame: &mut Frame<'_>, hash: u32, at: [u32; 3]) -> Result<u32, Stop> {
    hash_to(
        frame,
        hash,
        at,
        (price::BLS_HASH_TO_G1, bls12_381_hash_to_g1),
    )
}

/// 0 with a point on G2 in the last of `[message, domain, out]`, or an error code.
pub(super) fn hash_to_g2(frame: &mut Frame<'_>, hash: u32, at: [u32; 3]) -> Result<u32, Stop> {
    hash_to(
        frame,
        hash,
        at,
        (price::BLS_HASH_TO_G2, bls12_381_hash_to_g2),
    )
}

/// Hashes a message under a domain to a point.
type Hasher<const N: usize> = fn(HashFunction, &[u8], &[u8]) -> [u8; N];

fn hash_to<const N: usize>(
    frame: &mut Frame<'_>,
    hash: u32,
    [message, domain, out]: [u32; 3],
    (price, hasher): (Gas, Hasher<N>),
) -> Result<u32, Stop> {
    let message = frame.read(message, MAX_MESSAGE)?;
    let domain = frame.read(domain, MAX_DOMAIN)?;
    frame.pay(price)?;
    let point = HashFunction::from_u32(hash).map(|hash| hasher(hash, &message, &domain));
    reply(frame, out, point)
}

fn reply<const N: usize>(
    frame: &mut Frame<'_>,
    out: u32,
    point: Result<[u8; N], CryptoError>,
) -> Result<u32, Stop> {
    match point {
        Ok(point) => {
            frame.write(out, &point)?;
            Ok(0)
        }
        Err(error) => Ok(error.code()),
    }
}
