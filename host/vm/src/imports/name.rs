//! Owns the names of the imports; it must never hold one that the host does not offer.

use std::fmt;

macro_rules! imports {
    ($($(#[$doc:meta])+ $import:ident = $name:literal,)+) => {
        /// A function that the host offers to contracts, in the wasm module `env`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Import {
            $($(#[$doc])+ $import,)+
        }

        impl Import {
            /// Every import.
            pub const ALL: [Import; 24] = [$(Import::$import,)+];

            /// The name under which contracts import it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Import::$import => $name,)+
                }
            }
        }
    };
}

imports! {
    /// Reads a value from storage.
    DbRead = "db_read",
    /// Writes a value to storage.
    DbWrite = "db_write",
    /// Removes a key from storage.
    DbRemove = "db_remove",
    /// Opens an iterator.
    DbScan = "db_scan",
    /// Takes the next record of an iterator.
    DbNext = "db_next",
    /// Takes the next record of an iterator, for its key.
    DbNextKey = "db_next_key",
    /// Takes the next record of an iterator, for its value.
    DbNextValue = "db_next_value",
    /// Checks the text of an address.
    AddrValidate = "addr_validate",
    /// Turns the text of an address into bytes.
    AddrCanonicalize = "addr_canonicalize",
    /// Turns the bytes of an address into text.
    AddrHumanize = "addr_humanize",
    /// Verifies an ECDSA signature on secp256k1.
    Secp256k1Verify = "secp256k1_verify",
    /// Recovers a public key on secp256k1.
    Secp256k1RecoverPubkey = "secp256k1_recover_pubkey",
    /// Verifies an ECDSA signature on secp256r1.
    Secp256r1Verify = "secp256r1_verify",
    /// Recovers a public key on secp256r1.
    Secp256r1RecoverPubkey = "secp256r1_recover_pubkey",
    /// Verifies an Ed25519 signature.
    Ed25519Verify = "ed25519_verify",
    /// Verifies many Ed25519 signatures together.
    Ed25519BatchVerify = "ed25519_batch_verify",
    /// Adds points of the first group of BLS12-381.
    Bls12381AggregateG1 = "bls12_381_aggregate_g1",
    /// Adds points of the second group of BLS12-381.
    Bls12381AggregateG2 = "bls12_381_aggregate_g2",
    /// Compares products of pairings on BLS12-381.
    Bls12381PairingEquality = "bls12_381_pairing_equality",
    /// Hashes a message to the first group of BLS12-381.
    Bls12381HashToG1 = "bls12_381_hash_to_g1",
    /// Hashes a message to the second group of BLS12-381.
    Bls12381HashToG2 = "bls12_381_hash_to_g2",
    /// Asks the chain.
    QueryChain = "query_chain",
    /// Hands a message to the host's log.
    Debug = "debug",
    /// Ends the call with a message.
    Abort = "abort",
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Import;
    use crate::imports::signature;

    #[test]
    fn every_name_has_a_signature() {
        for import in Import::ALL {
            assert!(signature(import.name()).is_some(), "{import}");
        }
    }
}
