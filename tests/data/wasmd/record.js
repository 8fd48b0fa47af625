const R = (m) => require("/tmp/cosmjs/node_modules/" + m);
const { DirectSecp256k1Wallet, Registry, makeAuthInfoBytes, makeSignDoc, encodePubkey } = R("@cosmjs/proto-signing");
const { encodeSecp256k1Pubkey } = R("@cosmjs/amino");
const { defaultRegistryTypes } = R("@cosmjs/stargate");
const { wasmTypes } = R("@cosmjs/cosmwasm-stargate");
const { TxRaw } = R("cosmjs-types/cosmos/tx/v1beta1/tx");
const { BasicAllowance, PeriodicAllowance, AllowedMsgAllowance } = R("cosmjs-types/cosmos/feegrant/v1beta1/feegrant");
const { toUtf8, toHex, fromBase64, toBase64 } = R("@cosmjs/encoding");
const fs = require("fs");
const URL = "http://127.0.0.1:46657", CHAIN = "commons-test-1", PREFIX = "wasm";
const rpc = async (method, params) => (await (await fetch(URL, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) })).json());
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
(async () => {
  const registry = new Registry([...defaultRegistryTypes, ...wasmTypes]);
  const persons = [];
  for (const [i, n] of [1, 2, 9].entries()) {
    const wallet = await DirectSecp256k1Wallet.fromKey(new Uint8Array(32).fill(n), PREFIX);
    const [a] = await wallet.getAccounts();
    persons.push({ wallet, address: a.address, pubkey: a.pubkey, number: i, sequence: 0 });
  }
  const [anna, bert, cora] = persons;
  const steps = [];
  const send = async (name, who, messages, opt = {}) => {
    const fee = opt.fee || [], gas = opt.gas || 3000000;
    const bodyBytes = registry.encodeTxBody({ messages, memo: opt.memo || "" });
    const pk = encodePubkey(encodeSecp256k1Pubkey(who.pubkey));
    const authInfoBytes = makeAuthInfoBytes([{ pubkey: pk, sequence: who.sequence }], fee, gas, opt.granter, opt.payer);
    const { signature, signed } = await who.wallet.signDirect(who.address, makeSignDoc(bodyBytes, authInfoBytes, CHAIN, who.number));
    const tx = TxRaw.encode({ bodyBytes: signed.bodyBytes, authInfoBytes: signed.authInfoBytes, signatures: [fromBase64(signature.signature)] }).finish();
    const sync = (await rpc("broadcast_tx_sync", { tx: toBase64(tx) })).result;
    const step = { name, tx: toHex(tx) };
    if (sync.code !== 0) { step.check = { code: sync.code, codespace: sync.codespace, log: sync.log }; steps.push(step); console.error(name, "check", sync.code, sync.codespace, sync.log); return step; }
    let found;
    for (let i = 0; i < 60 && !found; i++) { await sleep(60); const r = await rpc("tx", { hash: Buffer.from(sync.hash, "hex").toString("base64") }); found = r.result; }
    const block = (await rpc("block", { height: found.height })).result.block;
    const t = found.tx_result;
    step.height = Number(found.height);
    step.time = block.header.time;
    step.result = { code: t.code, codespace: t.codespace, log: t.log, data: t.data, gas_wanted: Number(t.gas_wanted), gas_used: Number(t.gas_used), events: t.events.map((e) => [e.type, ...e.attributes.map((x) => [x.key, x.value])]) };
    who.sequence++;
    steps.push(step);
    console.error(name, t.code, t.codespace, t.gas_used, t.log.slice(0, 150));
    return step;
  };
  const attr = (s, type, key) => { const e = s.result.events.find((e) => e[0] === type); return e.slice(1).find((a) => a[0] === key)[1]; };
  const u = (typeUrl, value) => ({ typeUrl, value });
  const c = (list) => list.map(([amount, denom]) => ({ amount: String(amount), denom }));
  const bank = (f, t, l) => u("/cosmos.bank.v1beta1.MsgSend", { fromAddress: f.address, toAddress: t.address || t, amount: c(l) });
  const W = "/cosmwasm.wasm.v1.";
  const exec = (f, contract, msg, l = []) => u(W + "MsgExecuteContract", { sender: f.address, contract, msg: toUtf8(typeof msg === "string" ? msg : JSON.stringify(msg)), funds: c(l) });
  const NOTHING = { ok: { messages: [], attributes: [], events: [], data: null } };
  const want = (messages, more = {}) => ({ ok: { messages, attributes: [], events: [], data: null, ...more } });
  const sub = (msg, reply_on, more = {}) => ({ id: 1, payload: "", msg, gas_limit: null, reply_on, ...more });
  const call = (contract, msg, funds = []) => ({ wasm: { execute: { contract_addr: contract, msg: toBase64(toUtf8(JSON.stringify(msg))), funds } } });

  await send("first send, new key", anna, [bank(anna, bert, [[7, "utoken"]])]);
  await send("send again", anna, [bank(anna, bert, [[7, "utoken"]])]);
  await send("send two denominations", anna, [bank(anna, bert, [[5, "uother"], [7, "utoken"]])]);
  const s = await send("send to a new account", anna, [bank(anna, cora, [[100, "utoken"]])]);
  cora.number = Number((await rpc("abci_query", { path: "/cosmos.auth.v1beta1.Query/Account", data: Buffer.from([10, cora.address.length, ...Buffer.from(cora.address)]).toString("hex") })).result.response.value ? 0 : 0);
  await send("with a memo and a fee", anna, [bank(anna, bert, [[7, "utoken"]])], { memo: "a memo", fee: c([[30, "utoken"]]) });
  await send("with a fee in two coins", anna, [bank(anna, bert, [[7, "utoken"]])], { fee: c([[1, "uother"], [3, "utoken"]]) });
  await send("too much", anna, [bank(anna, bert, [[2000000, "utoken"]])], { fee: c([[30, "utoken"]]) });
  await send("fee too much", anna, [bank(anna, bert, [[1, "utoken"]])], { fee: c([[3000000, "utoken"]]) });
  await send("bert sends all he has", bert, [bank(bert, anna, [[5, "uother"]])]);
  await send("two messages", anna, [bank(anna, bert, [[7, "utoken"]]), bank(anna, cora, [[1, "utoken"]])]);
  await send("multi-send", anna, [u("/cosmos.bank.v1beta1.MsgMultiSend", { inputs: [{ address: anna.address, coins: c([[9, "utoken"]]) }], outputs: [{ address: bert.address, coins: c([[4, "utoken"]]) }, { address: cora.address, coins: c([[5, "utoken"]]) }] })]);
  await send("multi-send, sums differ", anna, [u("/cosmos.bank.v1beta1.MsgMultiSend", { inputs: [{ address: anna.address, coins: c([[9, "utoken"]]) }], outputs: [{ address: bert.address, coins: c([[4, "utoken"]]) }] })]);
  await send("send to the fee collector", anna, [bank(anna, "wasm17xpfvakm2amg962yls6f84z3kell8c5l69j4zk", [[1, "utoken"]])]);
  const G = "/cosmos.feegrant.v1beta1.";
  const grant = (type, value) => u(G + "MsgGrantAllowance", { granter: anna.address, grantee: bert.address, allowance: u(G + type[0], type[1].encode(type[1].fromPartial(value)).finish()) });
  await send("grant", anna, [grant(["BasicAllowance", BasicAllowance], { spendLimit: c([[100, "utoken"]]), expiration: { seconds: BigInt(2000000000), nanos: 5 } })]);
  await send("grant twice", anna, [grant(["BasicAllowance", BasicAllowance], {})]);
  await send("use of a grant", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[30, "utoken"]]) });
  await send("more than granted", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[71, "utoken"]]) });
  await send("the rest of a grant", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[70, "utoken"]]) });
  await send("no grant left", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[1, "utoken"]]) });
  await send("grant by periods", anna, [grant(["PeriodicAllowance", PeriodicAllowance], { basic: { spendLimit: [] }, period: { seconds: BigInt(3600), nanos: 0 }, periodSpendLimit: c([[10, "utoken"]]), periodCanSpend: c([[10, "utoken"]]), periodReset: { seconds: BigInt(2000000000), nanos: 0 } })]);
  await send("use of a period", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[4, "utoken"]]) });
  await send("revoke", anna, [u(G + "MsgRevokeAllowance", { granter: anna.address, grantee: bert.address })]);
  await send("grant for messages", anna, [grant(["AllowedMsgAllowance", AllowedMsgAllowance], { allowance: u(G + "BasicAllowance", BasicAllowance.encode(BasicAllowance.fromPartial({})).finish()), allowedMessages: ["/cosmwasm.wasm.v1.MsgExecuteContract", "/cosmos.bank.v1beta1.MsgSend"] })]);
  await send("use of a grant for messages", bert, [bank(bert, anna, [[1, "utoken"]])], { granter: anna.address, fee: c([[4, "utoken"]]) });

  const code = fs.readFileSync("/tmp/wd/puppet.wasm");
  await send("store code", anna, [u(W + "MsgStoreCode", { sender: anna.address, wasmByteCode: code })]);
  await send("store zipped code", anna, [u(W + "MsgStoreCode", { sender: anna.address, wasmByteCode: require("zlib").gzipSync(fs.readFileSync("/tmp/wd/prober.wasm")) })]);
  const inst = (id, msg, l = [], admin = anna.address) => u(W + "MsgInstantiateContract", { sender: anna.address, admin, codeId: BigInt(id), label: "a contract", msg: toUtf8(JSON.stringify(msg)), funds: c(l) });
  const p1 = attr(await send("instantiate", anna, [inst(1, NOTHING)]), "instantiate", "_contract_address");
  const p2 = attr(await send("instantiate with funds", anna, [inst(1, NOTHING, [[1000, "utoken"]], "")]), "instantiate", "_contract_address");
  const pr = attr(await send("instantiate the prober", anna, [inst(2, {})]), "instantiate", "_contract_address");
  await send("instantiate2", anna, [u(W + "MsgInstantiateContract2", { sender: anna.address, admin: "", codeId: BigInt(1), label: "l", msg: toUtf8("{}"), funds: [], salt: new Uint8Array([1, 2]), fixMsg: false })]);
  await send("instantiate an unknown code", anna, [inst(9, {})]);
  await send("execute", anna, [exec(anna, p1, NOTHING)]);
  await send("execute with funds", anna, [exec(anna, p1, NOTHING, [[5, "uother"], [50, "utoken"]])]);
  await send("attributes and events", anna, [exec(anna, p1, want([], { attributes: [{ key: " a ", value: "<b>&" }, { key: "Z", value: "x".repeat(200) }], events: [{ type: "thing", attributes: [{ key: "k", value: "v" }] }, { type: "bare", attributes: [] }], data: "aGVsbG8=" }))]);
  await send("an empty attribute key", anna, [exec(anna, p1, want([], { attributes: [{ key: " ", value: "v" }] }))]);
  await send("a short event type", anna, [exec(anna, p1, want([], { events: [{ type: " ab ", attributes: [] }] }))]);
  await send("an error of the contract", anna, [exec(anna, p1, { error: "no, <thanks>" })]);
  await send("an answer that is none", anna, [exec(anna, p1, { neither: 1 })]);
  for (const on of ["never", "success", "error", "always"]) {
    await send("bank message, reply " + on, anna, [exec(anna, p1, want([sub({ bank: { send: { to_address: bert.address, amount: c([[1, "utoken"]]) } } }, on)]))]);
    await send("failing bank message, reply " + on, anna, [exec(anna, p1, want([sub({ bank: { send: { to_address: bert.address, amount: c([[1000000, "utoken"]]) } } }, on)]))]);
    await send("call of another, reply " + on, anna, [exec(anna, p1, want([sub(call(p2, want([], { attributes: [{ key: "Q", value: "<&>" }, { key: "A", value: "2" }] }), c([[2, "utoken"]])), on)]))]);
    await send("failing call of another, reply " + on, anna, [exec(anna, p1, want([sub(call(p2, { error: "no" }), on)]))]);
    await send("failing call below a call, reply " + on, anna, [exec(anna, p1, want([sub(call(p2, want([sub(call(p1, { error: "deep" }), "never")])), on)]))]);
  }
  await send("a gas limit that is too small", anna, [exec(anna, p1, want([sub(call(p2, NOTHING), "always", { gas_limit: 20000 })]))]);
  await send("a gas limit that is enough", anna, [exec(anna, p1, want([sub(call(p2, NOTHING), "always", { gas_limit: 200000 })]))]);
  await send("burn", anna, [exec(anna, p2, want([sub({ bank: { burn: { amount: c([[3, "utoken"]]) } } }, "never")]))]);
  await send("burn nothing", anna, [exec(anna, p2, want([sub({ bank: { burn: { amount: [] } } }, "never")]))]);
  await send("an unknown message", anna, [exec(anna, p1, want([sub({ wasm: { nothing: {} } }, "never")]))]);
  await send("an unknown reply_on", anna, [exec(anna, p1, want([sub(call(p2, NOTHING), "sometimes")]))]);
  await send("no reply_on", anna, [exec(anna, p1, want([(({ reply_on, ...r }) => r)(sub(call(p2, NOTHING), "never"))]))]);
  const any = (type, value) => ({ any: { type_url: type, value: toBase64(registry.encode(u(type, value))) } });
  await send("any message", anna, [exec(anna, p1, want([sub(any("/cosmos.bank.v1beta1.MsgSend", { fromAddress: p1, toAddress: bert.address, amount: c([[1, "utoken"]]) }), "always")]))]);
  await send("any message of another", anna, [exec(anna, p1, want([sub(any("/cosmos.bank.v1beta1.MsgSend", { fromAddress: anna.address, toAddress: bert.address, amount: c([[1, "utoken"]]) }), "never")]))]);
  await send("any message of no known type", anna, [exec(anna, p1, want([sub({ any: { type_url: "/no.such.Type", value: "" } }, "never")]))]);
  await send("call of a contract that is none", anna, [exec(anna, p1, want([sub(call(bert.address, NOTHING), "always")]))]);
  await send("instantiate from a contract", anna, [exec(anna, p1, want([sub({ wasm: { instantiate: { admin: null, code_id: 1, msg: toBase64(toUtf8("{}")), funds: [], label: "child" } } }, "always")]))]);
  for (const [n, q] of Object.entries({
    balance: { bank: { balance: { address: anna.address, denom: "utoken" } } }, "all balances": { bank: { all_balances: { address: p1 } } }, supply: { bank: { supply: { denom: "uother" } } },
    "denom metadata": { bank: { denom_metadata: { denom: "utoken" } } }, "all denom metadata": { bank: { all_denom_metadata: {} } }, "contract info": { wasm: { contract_info: { contract_addr: p1 } } }, "code info": { wasm: { code_info: { code_id: 1 } } }, "no such code": { wasm: { code_info: { code_id: 77 } } },
    raw: { wasm: { raw: { contract_addr: p1, key: toBase64(toUtf8("reply")) } } }, "raw of nothing": { wasm: { raw: { contract_addr: p1, key: toBase64(toUtf8("none")) } } },
    "raw range": { wasm: { raw_range: { contract_addr: p1, start: null, end: null, limit: 2, order: "ascending" } } }, "raw range down": { wasm: { raw_range: { contract_addr: p1, start: toBase64(toUtf8("f")), end: toBase64(toUtf8("s")), limit: 9, order: "descending" } } }, "raw range in no order": { wasm: { raw_range: { contract_addr: p1, limit: 2, order: "up" } } },
    smart: { wasm: { smart: { contract_addr: p1, msg: toBase64(toUtf8('{"ok":"e30="}')) } } }, "smart error": { wasm: { smart: { contract_addr: p1, msg: toBase64(toUtf8('{"error":"<no>"}')) } } }, "smart of nobody": { wasm: { smart: { contract_addr: bert.address, msg: toBase64(toUtf8("{}")) } } },
    "bonded denom": { staking: { bonded_denom: {} } }, "unknown validator": { staking: { validator: { address: "x" } } }, "all delegations": { staking: { all_delegations: { delegator: anna.address } } }, stargate: { stargate: { path: "/x", data: "" } }, "unknown bank query": { bank: { nothing: {} } }, custom: { custom: {} }, "bad address": { bank: { balance: { address: "x", denom: "utoken" } } } })) {
    await send("query: " + n, anna, [exec(anna, pr, q)]);
  }
  await send("migrate", anna, [u(W + "MsgMigrateContract", { sender: anna.address, contract: p1, codeId: BigInt(1), msg: toUtf8("{}") })]);
  await send("migrate without right", anna, [u(W + "MsgMigrateContract", { sender: anna.address, contract: p2, codeId: BigInt(1), msg: toUtf8("{}") })]);
  await send("update admin", anna, [u(W + "MsgUpdateAdmin", { sender: anna.address, newAdmin: bert.address, contract: p1 })]);
  await send("clear admin without right", anna, [u(W + "MsgClearAdmin", { sender: anna.address, contract: p1 })]);
  await send("clear admin", bert, [u(W + "MsgClearAdmin", { sender: bert.address, contract: p1 })]);
  await send("an answer with deep text", anna, [exec(anna, p1, want([], { data: "" }))]);
  await send("out of gas in the machine", anna, [exec(anna, p1, NOTHING)], { gas: 105000 });
  await send("out of gas in the message", anna, [bank(anna, bert, [[7, "utoken"]])], { gas: 48000 });
  await send("out of gas in the checks", anna, [bank(anna, bert, [[7, "utoken"]])], { gas: 20000 });
  await send("more gas than a block has", anna, [bank(anna, bert, [[7, "utoken"]])], { gas: 100000001 });
  fs.writeFileSync("/tmp/wd/record.json", JSON.stringify({ steps }));
})().catch((e) => { console.error(e); process.exit(1); });
