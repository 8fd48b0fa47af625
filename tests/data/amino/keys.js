// Makes transactions signed by other keys than one of secp256k1: by two and by three of three (amino JSON, with CosmJS) and by secp256r1 and
// by ed25519 (direct, with node's own crypto). Given the RPC of a chain, sends them there and notes code and gas. Account numbers are those of `addresses`, in order.
// Usage: node keys.js addresses PREFIX | node keys.js make PREFIX CHAIN DENOM FIRST-NUMBER [RPC]
const fs = require("fs");
const crypto = require("crypto");
const path = require("path");
const { AminoTypes, createDefaultAminoConverters, defaultRegistryTypes, makeMultisignedTxBytes } = require("@cosmjs/stargate");
const { Secp256k1Wallet, createMultisigThresholdPubkey, makeSignDoc, pubkeyToAddress } = require("@cosmjs/amino");
const { Registry } = require("@cosmjs/proto-signing");
const { AuthInfo, SignDoc, TxRaw } = require("cosmjs-types/cosmos/tx/v1beta1/tx");
const { PubKey } = require("cosmjs-types/cosmos/crypto/secp256k1/keys");
const { toBase64, toBech32, toHex, fromBase64 } = require("@cosmjs/encoding");
const package = path.join(path.dirname(require.resolve("@cosmjs/amino")), "../package.json");
const version = JSON.parse(fs.readFileSync(package)).version;
const [what, prefix, chainId, denom, first, rpc] = process.argv.slice(2);
const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest();

async function people() {
  const wallets = await Promise.all([1, 2, 3].map((seed) => Secp256k1Wallet.fromKey(new Uint8Array(32).fill(seed), prefix)));
  const accounts = await Promise.all(wallets.map(async (wallet) => (await wallet.getAccounts())[0]));
  const keys = accounts.map((account) => ({ type: "tendermint/PubKeySecp256k1", value: toBase64(account.pubkey) }));
  const key = createMultisigThresholdPubkey(keys, 2);
  return { wallets, accounts, key, several: pubkeyToAddress(key, prefix) };
}

// Of the group of secp256r1.
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

// The key of 32 bytes of 4.
function r1() {
  const ecdh = crypto.createECDH("prime256v1");
  ecdh.setPrivateKey(Buffer.alloc(32, 4));
  const [point, whole] = [ecdh.getPublicKey(null, "compressed"), ecdh.getPublicKey()];
  const url = (bytes) => bytes.toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", d: url(Buffer.alloc(32, 4)), x: url(whole.subarray(1, 33)), y: url(whole.subarray(33)) };
  const address = toBech32(prefix, sha256(Buffer.concat([sha256("cosmos.crypto.secp256r1.PubKey"), point])));
  const sign = (document) => {
    const signature = crypto.sign("sha256", document, { key: crypto.createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" });
    const s = BigInt("0x" + signature.subarray(32).toString("hex"));
    if (s <= ORDER / 2n) return signature;
    const low = (ORDER - s).toString(16).padStart(64, "0");
    return Buffer.concat([signature.subarray(0, 32), Buffer.from(low, "hex")]);
  };
  return { point, address, sign };
}

// The key whose seed is 32 bytes of 5.
function ed() {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 5)]);
  const key = crypto.createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const point = Buffer.from(crypto.createPublicKey(key).export({ format: "jwk" }).x, "base64url");
  return { point, address: toBech32(prefix, sha256(point).subarray(0, 20)), sign: (document) => crypto.sign(null, document, key) };
}

const send = (from, to) => [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress: from, toAddress: to, amount: [{ denom, amount: "7" }] } }];
const fee = () => ({ amount: [{ denom, amount: "3" }], gas: "300000" });

async function make() {
  const { wallets, accounts, key, several } = await people();
  const aminoTypes = new AminoTypes(createDefaultAminoConverters(prefix));
  const registry = new Registry(defaultRegistryTypes);
  const vectors = [];
  for (const [sequence, who] of [[0, 1], [0, 2], [1, 2], [0, 1, 2]].entries()) {
    const messages = send(several, accounts[1].address);
    const doc = makeSignDoc(messages.map((message) => aminoTypes.toAmino(message)), fee(), chainId, "together", Number(first), sequence);
    const signatures = new Map();
    for (const index of who) {
      const { signature } = await wallets[index].signAmino(accounts[index].address, doc);
      signatures.set(accounts[index].address, fromBase64(signature.signature));
    }
    const bodyBytes = registry.encodeTxBody({ messages, memo: "together" });
    vectors.push({ name: `by ${who.length} of 3, sequence ${sequence}`, signatures: who.length, tx: toHex(makeMultisignedTxBytes(key, sequence, fee(), bodyBytes, signatures)) });
  }
  const singles = [["secp256r1", r1()], ["ed25519", ed()]];
  for (const [index, [kind, one]] of singles.entries()) for (const sequence of [0, 1]) {
    const bodyBytes = registry.encodeTxBody({ messages: send(one.address, accounts[1].address), memo: "" });
    const publicKey = { typeUrl: `/cosmos.crypto.${kind}.PubKey`, value: PubKey.encode({ key: one.point }).finish() };
    const info = { publicKey, modeInfo: { single: { mode: 1 } }, sequence: BigInt(sequence) };
    const authInfoBytes = AuthInfo.encode(AuthInfo.fromPartial({ signerInfos: [info], fee: { amount: fee().amount, gasLimit: BigInt(fee().gas) } })).finish();
    const document = SignDoc.encode(SignDoc.fromPartial({ bodyBytes, authInfoBytes, chainId, accountNumber: BigInt(first) + 1n + BigInt(index) })).finish();
    const tx = TxRaw.encode(TxRaw.fromPartial({ bodyBytes, authInfoBytes, signatures: [one.sign(document)] })).finish();
    vectors.push({ name: `${kind}, sequence ${sequence}`, signatures: 1, tx: toHex(tx) });
  }
  if (rpc) for (const vector of vectors) await record(vector);
  const origin = `CosmJS ${version} and node ${process.version}: node keys.js ${process.argv.slice(2, 7).join(" ")}`;
  console.log(JSON.stringify({ origin, addresses: [several, ...singles.map(([, one]) => one.address)], to: accounts[1].address, vectors }, null, 1));
}

async function record(vector) {
  const ask = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return (await (await fetch(rpc, { method: "POST", body })).json()).result;
  };
  const bytes = Buffer.from(vector.tx, "hex");
  const checked = await ask("broadcast_tx_sync", { tx: bytes.toString("base64") });
  vector.check = { codespace: checked.codespace, code: checked.code, log: checked.log };
  for (let tries = 0; checked.code === 0 && tries < 50; tries++) {
    await new Promise((done) => setTimeout(done, 200));
    const found = await ask("tx", { hash: Buffer.from(checked.hash, "hex").toString("base64") });
    if (!found) continue;
    vector.result = { code: found.tx_result.code, gas_used: Number(found.tx_result.gas_used), events: found.tx_result.events.length };
    return;
  }
}

(async () => {
  if (what === "make") return make();
  console.log([(await people()).several, r1().address, ed().address].join("\n"));
})();
