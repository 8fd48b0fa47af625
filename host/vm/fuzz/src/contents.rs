//! Owns what lies in the regions that contracts are given: keys, addresses, points, signatures; so that an import gets what it wants often
//! enough to go on.

/// Regions that are sound and hold something.
pub(crate) const COUNT: usize = 24;
/// Bytes that each may hold.
pub(crate) const CAPACITY: usize = 128;

const ADDRESS: &[u8] = b"cosmwasm1jpev2csrppg792t22rn8z8uew8h3sjcpglcd0qv9g8gj8ky922tscp8avs";
const QUERY: &[u8] = br#"{"bank":{"balance":{"address":"anyone","denom":"earth"}}}"#;
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
const MESSAGE: &str = "7061737320746865";
const G1: &str = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
const G2: &str = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";
// Signatures of the published CosmWasm tests, and RFC 8032's first.
const K1_HASH: &str = "5ae8317d34d1e595e3fa7247db80c0af4320cce1116de187f8f7e2e099c0d8d0";
const K1_SIGNATURE: &str = "207082eb2c3dfa0b454e0906051270ba4074ac93760ba9e7110cd9471475111151eb0dbbc9920e72146fb564f99d039802bf6ef2561446eb126ef364d21ee9c4";
const K1_KEY: &str = "04051c1ee2190ecfb174bfe4f90763f2b4ff7517b70a2aec1876ebcfd644c4633fb03f3cfbd94b1f376e34592d9d41ccaf640bb751b00a1fadeb0c01157769eb73";
const R1_HASH: &str = "b804cf88af0c2eff8bbbfb3660ebb3294138e9d3ebd458884e19818061dacff0";
const R1_SIGNATURE: &str = "35fb60f5ca0f3ca08542fb3cc641c8263a2cab7a90ee6a5e1583fac2bb6f6bd1ee59d81bc9db1055cc0ed97b159d8784af04e98511d0a9a407b99bb292572e96";
const R1_KEY: &str = "0474ccd8a62fba0e667c50929a53f78c21b8ff0c3c737b0b40b1750b2302b0bde829074e21f3a0ef88b9efdf10d06aa4c295cc1671f758ca0e4cd108803d0f2614";
const ED_SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
const ED_KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// The contents of all sound regions.
pub(crate) fn all() -> [Vec<u8>; COUNT] {
    [
        Vec::new(),
        b"k".to_vec(),
        b"key".to_vec(),
        b"l".to_vec(),
        ADDRESS.to_vec(),
        b"0123456789abcdefabcd".to_vec(),
        vec![7; 32],
        vec![0x90; 65],
        bytes(G1),
        bytes(G2),
        bytes(MESSAGE),
        DOMAIN.to_vec(),
        bytes(K1_HASH),
        bytes(K1_SIGNATURE),
        bytes(K1_KEY),
        bytes(R1_HASH),
        bytes(R1_SIGNATURE),
        bytes(R1_KEY),
        bytes(ED_SIGNATURE),
        bytes(ED_KEY),
        QUERY.to_vec(),
        // The same three once more, as lists of one section for a batch.
        0_u32.to_be_bytes().to_vec(),
        section(&bytes(ED_SIGNATURE)),
        section(&bytes(ED_KEY)),
    ]
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = (0..hexadecimal.len()).step_by(2);
    let pairs = pairs.map(|at| &hexadecimal[at..at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("two digits"))
        .collect()
}

fn section(data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("it is short");
    [data, &length.to_be_bytes()].concat()
}
