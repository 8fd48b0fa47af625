// Makes sign documents and signatures of SIGN_MODE_LEGACY_AMINO_JSON with CosmJS.
const { AminoTypes, createDefaultAminoConverters } = require("@cosmjs/stargate");
const { createWasmAminoConverters } = require("@cosmjs/cosmwasm-stargate");
const { Secp256k1Wallet, makeSignDoc, serializeSignDoc, encodeSecp256k1Pubkey } = require("@cosmjs/amino");
const { Registry, makeAuthInfoBytes, encodePubkey } = require("@cosmjs/proto-signing");
const { defaultRegistryTypes } = require("@cosmjs/stargate");
const { wasmTypes } = require("@cosmjs/cosmwasm-stargate");
const { TxRaw } = require("cosmjs-types/cosmos/tx/v1beta1/tx");
const { SignMode } = require("cosmjs-types/cosmos/tx/signing/v1beta1/signing");
const { toUtf8, toHex, fromBase64 } = require("@cosmjs/encoding");
const version = require("@cosmjs/amino/package.json").version;

(async () => {
  const prefix = "commons";
  const wallet = await Secp256k1Wallet.fromKey(new Uint8Array(32).fill(1), prefix);
  const other = (await (await Secp256k1Wallet.fromKey(new Uint8Array(32).fill(2), prefix)).getAccounts())[0].address;
  const [account] = await wallet.getAccounts();
  const me = account.address;
  const { toBech32 } = require("@cosmjs/encoding");
  const contract = toBech32(prefix, new Uint8Array(32).fill(7));
  const aminoTypes = new AminoTypes({ ...createDefaultAminoConverters(prefix), ...createWasmAminoConverters() });
  const registry = new Registry([...defaultRegistryTypes, ...wasmTypes]);
  const u = (type, value) => ({ typeUrl: type, value });
  const W = "/cosmwasm.wasm.v1.";
  const odd = { z: "<b>&amp;</b> \u00e9\u{1F600}\n\t\"\\/", a: { y: [1, 2.5, -3, 1e21, 1e-7, 0.000001, true, null, {}], x: [] }, "k&<>": "" };
  const coins = [{ denom: "uother", amount: "5" }, { denom: "utoken", amount: "340282366920938463463374607431768211455" }];
  const cases = [
    ["send", [u("/cosmos.bank.v1beta1.MsgSend", { fromAddress: me, toAddress: other, amount: coins })]],
    ["send nothing", [u("/cosmos.bank.v1beta1.MsgSend", { fromAddress: me, toAddress: other, amount: [] })]],
    ["multi-send", [u("/cosmos.bank.v1beta1.MsgMultiSend", { inputs: [{ address: me, coins }], outputs: [{ address: other, coins }, { address: contract, coins: [] }] })]],
    ["store code", [u(W + "MsgStoreCode", { sender: me, wasmByteCode: new Uint8Array([0, 97, 115, 109, 251, 255, 254]), instantiatePermission: undefined })]],
    ["instantiate", [u(W + "MsgInstantiateContract", { sender: me, admin: other, codeId: BigInt(7), label: "a <label> & more", msg: toUtf8(JSON.stringify(odd)), funds: coins })]],
    ["instantiate without admin or funds", [u(W + "MsgInstantiateContract", { sender: me, admin: "", codeId: BigInt("18446744073709551615"), label: "l", msg: toUtf8("{}"), funds: [] })]],
    ["instantiate2", [u(W + "MsgInstantiateContract2", { sender: me, admin: other, codeId: BigInt(1), label: "l", msg: toUtf8("{\"b\":1,\"a\":\"\"}"), funds: [], salt: new Uint8Array([1, 2, 3]), fixMsg: true })]],
    ["instantiate2 without fix", [u(W + "MsgInstantiateContract2", { sender: me, admin: "", codeId: BigInt(1), label: "l", msg: toUtf8("[]"), funds: coins, salt: new Uint8Array([255]), fixMsg: false })]],
    ["execute", [u(W + "MsgExecuteContract", { sender: me, contract, msg: toUtf8(JSON.stringify(odd)), funds: [] })]],
    ["execute with white space", [u(W + "MsgExecuteContract", { sender: me, contract, msg: toUtf8(" { \"vote\" : { \"poll\" : 12 , \"amount\" : \"9007199254740993\" } } "), funds: coins })]],
    ["migrate", [u(W + "MsgMigrateContract", { sender: me, contract, codeId: BigInt(2), msg: toUtf8("{}") })]],
    ["update admin", [u(W + "MsgUpdateAdmin", { sender: me, newAdmin: other, contract })]],
    ["clear admin", [u(W + "MsgClearAdmin", { sender: me, contract })]],
    ["three messages", [u(W + "MsgClearAdmin", { sender: me, contract }), u(W + "MsgExecuteContract", { sender: me, contract, msg: toUtf8("{}"), funds: [] }), u("/cosmos.bank.v1beta1.MsgSend", { fromAddress: me, toAddress: other, amount: coins })]],
  ];
  const out = [];
  for (const [i, [name, messages]] of cases.entries()) {
    const memo = i % 2 ? "a memo: <>& \u00fc" : "";
    const fee = { amount: i % 3 ? [] : [{ denom: "utoken", amount: "30" }], gas: String(200000 + i) };
    if (i === 8) fee.granter = other;
    if (i === 9) fee.payer = me;
    const timeout = i === 2 ? BigInt(99) : undefined;
    const sequence = i, number = 0, chainId = "commons-test-1";
    const doc = makeSignDoc(messages.map((m) => aminoTypes.toAmino(m)), fee, chainId, memo, number, sequence, timeout);
    const { signature, signed } = await wallet.signAmino(me, doc);
    const bodyBytes = registry.encodeTxBody({ messages: signed.msgs.map((m) => aminoTypes.fromAmino(m)), memo, timeoutHeight: timeout });
    const pubkey = encodePubkey(encodeSecp256k1Pubkey(account.pubkey));
    const authInfoBytes = makeAuthInfoBytes([{ pubkey, sequence }], fee.amount, Number(fee.gas), fee.granter, fee.payer, SignMode.SIGN_MODE_LEGACY_AMINO_JSON);
    const tx = TxRaw.encode(TxRaw.fromPartial({ bodyBytes, authInfoBytes, signatures: [fromBase64(signature.signature)] })).finish();
    out.push({ name, chain_id: chainId, account_number: number, sequence, document: new TextDecoder().decode(serializeSignDoc(signed)), tx: toHex(tx) });
  }
  console.log(JSON.stringify({ origin: `CosmJS ${version}: makeSignDoc, Secp256k1Wallet.signAmino, AminoTypes; key 0x0101..01, prefix ${prefix}`, vectors: out }, null, 1));
})();
