// Every call of CosmJS against a chain, by two releases of CosmJS and by http and websocket. All that is asserted holds of a real wasmd
// too. Usage: node all.mjs --rpc http://127.0.0.1:26657 --mnemonic-file FILE [--prefix wasm] [--denom ustake] [--gas-price 0.025]
//             [--without amino,genesis] [--release 0.38.1] [--transport http|ws]
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { toBech32 } from "@cosmjs/encoding";
import * as types from "cosmjs-types/cosmos/tx/v1beta1/tx";
import wabt from "wabt";
import * as newAmino from "@cosmjs/amino";
import * as newCosmwasm from "@cosmjs/cosmwasm";
import oldCosmwasm from "@cosmjs/cosmwasm-stargate";
import * as newProto from "@cosmjs/proto-signing";
import * as newStargate from "@cosmjs/stargate";
import * as newRpc from "@cosmjs/tendermint-rpc";

// The packages of the older release, as its own package sees them.
const old = createRequire(import.meta.resolve("@cosmjs/cosmwasm-stargate"));

const { values: options } = parseArgs({
  options: {
    rpc: { type: "string", default: "http://127.0.0.1:26657" },
    "mnemonic-file": { type: "string" },
    prefix: { type: "string", default: "wasm" },
    denom: { type: "string", default: "ustake" },
    "gas-price": { type: "string", default: "0.025" },
    without: { type: "string", default: "" },
    release: { type: "string" },
    transport: { type: "string" },
  },
});
const { rpc, prefix, denom } = options;
const mnemonic = readFileSync(options["mnemonic-file"], "utf8").trim();
const left_out = new Set(options.without.split(",").filter((word) => word !== ""));
const releases = {
  "0.38.1": { cosmwasm: newCosmwasm, amino: newAmino, proto: newProto, stargate: newStargate, rpc: newRpc },
  "0.32.4": {
    cosmwasm: oldCosmwasm,
    amino: old("@cosmjs/amino"),
    proto: old("@cosmjs/proto-signing"),
    stargate: old("@cosmjs/stargate"),
    rpc: old("@cosmjs/tendermint-rpc"),
  },
};

const source = readFileSync(new URL("puppet.wat", import.meta.url), "utf8");
const puppet = (await wabt()).parseWat("puppet.wat", source).toBinary({}).buffer;
const checksum = createHash("sha256").update(puppet).digest("hex");
const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
// Of what a message did, not of the fee.
const attribute = (events, kind, key) =>
  events.find((event) => event.type === kind && event.attributes.some(({ key }) => key === "msg_index"))?.attributes.find((attribute) => attribute.key === key)?.value;
const response = (fields) => ({ ok: { messages: [], attributes: [], events: [], data: null, ...fields } });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A simulation does not pay the fee, which with small messages is more than the margin that CosmJS adds by itself: with a price for gas it is
// told another margin, by the same way.
const AUTO = Number(options["gas-price"]) === 0 ? "auto" : 2;

let checks = 0;
function note(text) {
  checks += 1;
  if (process.env.VERBOSE) console.log(`    ${text}`);
}

/// What one release says by one way of transport.
class Course {
  constructor(name, endpoint, index) {
    Object.assign(this, releases[name], { name, endpoint, index });
  }

  async begin() {
    const hdPaths = [0, 1].map((account) => this.amino.makeCosmoshubPath(account));
    this.wallet = await this.proto.DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix, hdPaths });
    this.aminoWallet = await this.amino.Secp256k1HdWallet.fromMnemonic(mnemonic, { prefix, hdPaths });
    [{ address: this.me }, { address: this.other }] = await this.wallet.getAccounts();
    const gasPrice = this.stargate.GasPrice.fromString(`${options["gas-price"]}${denom}`);
    this.settings = { gasPrice, broadcastPollIntervalMs: 100, broadcastTimeoutMs: 30_000 };
    this.client = await this.cosmwasm.SigningCosmWasmClient.connectWithSigner(this.endpoint, this.wallet, this.settings);
    this.fee = this.stargate.calculateFee(1_000_000, gasPrice);
    // A nobody: an address that no key was ever used for.
    const digest = createHash("sha256").update(`nobody ${this.name} ${this.index} ${Date.now()}`).digest();
    this.nobody = toBech32(prefix, digest.subarray(0, 20));
  }

  async run() {
    await this.begin();
    await this.chain();
    await this.accounts();
    await this.codes();
    await this.contracts();
    await this.calls();
    await this.failures();
    await this.migration();
    await this.history();
    if (!left_out.has("amino")) await this.signedInAmino();
    await this.comet();
    if (this.endpoint.startsWith("ws")) await this.subscriptions();
    this.client.disconnect();
  }

  async chain() {
    this.chainId = await this.client.getChainId();
    assert.ok(this.chainId.length > 0);
    note("getChainId");
    const height = await this.client.getHeight();
    assert.ok(Number.isSafeInteger(height) && height >= 1);
    note("getHeight");
    const latest = await this.client.getBlock();
    assert.ok(latest.header.height >= height);
    assert.equal(latest.header.chainId, this.chainId);
    assert.match(latest.id, /^[0-9A-F]{64}$/);
    const first = await this.client.getBlock(1);
    assert.equal(first.header.height, 1);
    assert.ok(Array.isArray(first.txs));
    note("getBlock");
    await assert.rejects(this.client.getBlock(height + 1_000_000), /must be less than or equal to the current blockchain height/);
    note("getBlock above the chain");
  }

  async accounts() {
    const account = await this.client.getAccount(this.me);
    assert.equal(account.address, this.me);
    assert.equal(await this.client.getAccount(this.nobody), null);
    note("getAccount");
    const { accountNumber, sequence } = await this.client.getSequence(this.me);
    assert.deepEqual([account.accountNumber, account.sequence], [accountNumber, sequence]);
    await assert.rejects(this.client.getSequence(this.nobody), /does not exist on chain/);
    note("getSequence");
    const { amount } = await this.client.getBalance(this.me, denom);
    assert.ok(BigInt(amount) > 1_000_000n);
    assert.deepEqual(await this.client.getBalance(this.nobody, denom), { amount: "0", denom });
    note("getBalance");
    const filled = await this.client.sendTokens(this.me, this.other, this.stargate.coins(50_000_000, denom), this.fee);
    this.stargate.assertIsDeliverTxSuccess(filled);
    const sent = await this.client.sendTokens(this.me, this.nobody, this.stargate.coins(7, denom), AUTO, "a memo");
    this.stargate.assertIsDeliverTxSuccess(sent);
    assert.equal((await this.client.getBalance(this.nobody, denom)).amount, "7");
    assert.equal(attribute(sent.events, "transfer", "recipient"), this.nobody);
    assert.equal((await this.client.getAccount(this.nobody)).sequence, 0);
    note("sendTokens");
    const message = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress: this.me, toAddress: this.other, amount: this.stargate.coins(1, denom) } };
    const gas = await this.client.simulate(this.me, [message], "");
    assert.ok(gas > 20_000 && gas < 200_000, `${gas}`);
    note("simulate");
    const hash = await this.client.signAndBroadcastSync(this.me, [message], this.fee);
    assert.match(hash, /^[0-9A-F]{64}$/);
    assert.equal((await this.found(hash)).code, 0);
    note("signAndBroadcastSync");
    const two = await this.client.signAndBroadcast(this.me, [message, message], AUTO);
    assert.equal(two.code, 0);
    assert.equal(two.msgResponses.length, 2);
    assert.deepEqual(two.msgResponses.map(({ typeUrl }) => typeUrl), Array(2).fill("/cosmos.bank.v1beta1.MsgSendResponse"));
    note("signAndBroadcast");
  }

  async found(hash) {
    for (let round = 0; round < 200; round += 1) {
      const tx = await this.client.getTx(hash);
      if (tx !== null) return tx;
      await pause(100);
    }
    throw new Error(`${hash} is in no block`);
  }

  async codes() {
    const stored = await this.client.upload(this.me, puppet, AUTO, "wasm");
    assert.ok(stored.codeId >= 1);
    assert.equal(stored.checksum, checksum);
    assert.equal(stored.originalSize, puppet.length);
    assert.equal(attribute(stored.events, "store_code", "code_id"), `${stored.codeId}`);
    assert.equal(attribute(stored.events, "store_code", "code_checksum"), checksum);
    this.codeId = stored.codeId;
    const again = await this.client.upload(this.me, puppet, this.stargate.calculateFee(3_000_000, this.settings.gasPrice));
    this.second = again.codeId;
    assert.equal(this.second, this.codeId + 1);
    note("upload");
    const codes = await this.client.getCodes();
    const mine = codes.find(({ id }) => id === this.codeId);
    assert.deepEqual([mine.creator, mine.checksum], [this.me, checksum]);
    assert.ok(codes.some(({ id }) => id === this.second));
    note("getCodes");
    const details = await this.client.getCodeDetails(this.codeId);
    assert.deepEqual(Buffer.from(details.data), Buffer.from(puppet));
    await assert.rejects(this.client.getCodeDetails(999_999), /no such code/);
    note("getCodeDetails");
    assert.deepEqual(await this.client.getContracts(this.codeId), []);
    note("getContracts of a code without any");
  }

  async contracts() {
    const made = await this.client.instantiate(this.me, this.codeId, response({}), "a puppet", AUTO, {
      admin: this.me,
      funds: this.stargate.coins(1_234, denom),
      memo: "made",
    });
    this.contract = made.contractAddress;
    assert.equal(attribute(made.events, "instantiate", "_contract_address"), this.contract);
    assert.equal(attribute(made.events, "instantiate", "code_id"), `${this.codeId}`);
    assert.equal((await this.client.getBalance(this.contract, denom)).amount, "1234");
    const plain = await this.client.instantiate(this.me, this.codeId, response({}), "another", this.fee);
    assert.notEqual(plain.contractAddress, this.contract);
    note("instantiate");
    const salt = utf8(`salt ${this.name} ${this.index}`);
    const predicted = this.cosmwasm.instantiate2Address(Buffer.from(checksum, "hex"), this.me, salt, prefix);
    const foretold = await this.client.instantiate2(this.me, this.codeId, salt, response({}), "foretold", AUTO);
    this.foretold = foretold.contractAddress;
    assert.equal(this.foretold, predicted);
    note("instantiate2");
    const info = await this.client.getContract(this.contract);
    assert.deepEqual(
      { ...info },
      { address: this.contract, codeId: this.codeId, creator: this.me, admin: this.me, label: "a puppet", ibcPortId: undefined },
    );
    assert.equal((await this.client.getContract(plain.contractAddress)).admin, undefined);
    await assert.rejects(this.client.getContract(this.nobody), /no such contract|not found/);
    note("getContract");
    const all = await this.client.getContracts(this.codeId);
    assert.deepEqual(all, [this.contract, plain.contractAddress, this.foretold]);
    note("getContracts");
    const mine = await this.client.getContractsByCreator(this.me);
    for (const address of all) assert.ok(mine.includes(address));
    note("getContractsByCreator");
  }

  async calls() {
    const said = response({
      attributes: [{ key: "colour", value: `blue-${this.index}` }],
      events: [{ type: "custom", attributes: [{ key: "size", value: "7" }] }],
      data: base64("answered"),
    });
    const run = await this.client.execute(this.me, this.contract, said, AUTO, "run", this.stargate.coins(5, denom));
    assert.equal(attribute(run.events, "execute", "_contract_address"), this.contract);
    assert.equal(attribute(run.events, "wasm", "colour"), `blue-${this.index}`);
    assert.equal(attribute(run.events, "wasm", "_contract_address"), this.contract);
    assert.equal(attribute(run.events, "wasm-custom", "size"), "7");
    assert.equal(attribute(run.events, "message", "action"), "/cosmwasm.wasm.v1.MsgExecuteContract");
    assert.ok(run.gasUsed > 0n && run.gasUsed <= run.gasWanted);
    this.executed = run;
    const tx = await this.client.getTx(run.transactionHash);
    assert.equal(tx.msgResponses.length, 1);
    assert.equal(tx.msgResponses[0].typeUrl, "/cosmwasm.wasm.v1.MsgExecuteContractResponse");
    assert.ok(Buffer.from(tx.msgResponses[0].value).includes("answered"));
    note("execute");
    const many = await this.client.executeMultiple(
      this.me,
      [
        { contractAddress: this.contract, msg: response({}) },
        { contractAddress: this.foretold, msg: response({}), funds: this.stargate.coins(1, denom) },
      ],
      AUTO,
    );
    const executed = many.events.filter(({ type }) => type === "execute").map((event) => event.attributes[0].value);
    assert.deepEqual(executed, [this.contract, this.foretold]);
    note("executeMultiple");
    const bought = { bank: { send: { to_address: this.nobody, amount: [{ denom, amount: "9" }] } } };
    const sub = { id: 1, msg: bought, gas_limit: null, reply_on: "always", payload: "" };
    const replied = await this.client.execute(this.me, this.contract, response({ messages: [sub] }), AUTO);
    assert.equal(attribute(replied.events, "reply", "_contract_address"), this.contract);
    assert.equal((await this.client.getBalance(this.nobody, denom)).amount, "16");
    note("execute with a submessage and a reply");
    const asked = await this.client.queryContractSmart(this.contract, { ok: base64({ much: [1, 2, 3] }) });
    assert.deepEqual(asked, { much: [1, 2, 3] });
    await assert.rejects(this.client.queryContractSmart(this.contract, { error: "it says no" }), /it says no/);
    await assert.rejects(this.client.queryContractSmart(this.nobody, {}), /no such contract/);
    note("queryContractSmart");
    const raw = await this.client.queryContractRaw(this.contract, utf8("last"));
    assert.deepEqual(JSON.parse(Buffer.from(raw).toString()), response({ messages: [sub] }));
    const missing = await this.client.queryContractRaw(this.contract, utf8("missing"));
    assert.equal(missing?.length ?? 0, 0);
    await assert.rejects(this.client.queryContractRaw(this.nobody, utf8("last")), /No contract found|no such contract|not found/);
    note("queryContractRaw");
  }

  async failures() {
    await assert.rejects(this.client.execute(this.me, this.contract, { error: "never" }, AUTO), /never: execute wasm contract failed/);
    note("simulate of what fails");
    await assert.rejects(this.client.execute(this.me, this.contract, { error: "never" }, this.fee), /never: execute wasm contract failed/);
    note("execute of what fails");
    const message = {
      typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
      value: { sender: this.me, contract: this.contract, msg: utf8(JSON.stringify({ error: "never again" })), funds: [] },
    };
    const failed = await this.client.signAndBroadcast(this.me, [message], this.fee);
    assert.equal(failed.code, 5);
    assert.match(failed.rawLog, /never again: execute wasm contract failed/);
    const kinds = failed.events.map(({ type }) => type);
    assert.ok(!kinds.includes("execute") && kinds.includes("tx"));
    note("signAndBroadcast of what fails");
    const poor = { ...this.fee, gas: "80000" };
    const short = await this.client.signAndBroadcast(this.me, [{ ...message, value: { ...message.value, msg: utf8(JSON.stringify(response({}))) } }], poor);
    assert.equal(short.code, 11);
    note("too little gas");
    const signed = await this.client.sign(this.me, [message], this.fee, "", { accountNumber: 0, sequence: 0, chainId: "another-chain" });
    await assert.rejects(this.client.broadcastTxSync(types.TxRaw.encode(signed).finish()), /account sequence mismatch|signature verification failed|Broadcasting transaction failed with code (32|4)/);
    note("a signature for another chain");
    await assert.rejects(
      this.client.instantiate(this.me, 999_999, {}, "none", this.fee),
      /no such code/,
    );
    note("instantiate of no code");
  }

  async migration() {
    await this.client.updateAdmin(this.me, this.contract, this.other, AUTO);
    assert.equal((await this.client.getContract(this.contract)).admin, this.other);
    note("updateAdmin");
    await assert.rejects(this.client.migrate(this.me, this.contract, this.second, {}, this.fee), /unauthorized/);
    const migrated = await this.client.migrate(this.other, this.contract, this.second, { to: 2 }, AUTO);
    assert.equal(attribute(migrated.events, "migrate", "code_id"), `${this.second}`);
    assert.equal((await this.client.getContract(this.contract)).codeId, this.second);
    assert.ok((await this.client.getContracts(this.second)).includes(this.contract));
    assert.ok(!(await this.client.getContracts(this.codeId)).includes(this.contract));
    note("migrate");
    const history = await this.client.getContractCodeHistory(this.contract);
    assert.deepEqual(
      history.map(({ operation, codeId, msg }) => [operation, codeId, msg]),
      [["Init", this.codeId, response({})], ["Migrate", this.second, { to: 2 }]],
    );
    note("getContractCodeHistory");
    await this.client.clearAdmin(this.other, this.contract, AUTO);
    assert.equal((await this.client.getContract(this.contract)).admin, undefined);
    note("clearAdmin");
  }

  async history() {
    const { transactionHash, height } = this.executed;
    const tx = await this.client.getTx(transactionHash);
    assert.deepEqual([tx.hash, tx.height, tx.code], [transactionHash, height, 0]);
    const digest = createHash("sha256").update(tx.tx).digest("hex").toUpperCase();
    assert.equal(digest, transactionHash);
    assert.equal(await this.client.getTx("00".repeat(32)), null);
    note("getTx");
    const block = await this.client.getBlock(height);
    assert.ok(block.txs.some((bytes) => Buffer.from(bytes).equals(Buffer.from(tx.tx))));
    const of = (found) => found.map(({ hash }) => hash);
    const byPairs = await this.client.searchTx([{ key: "wasm.colour", value: `blue-${this.index}` }, { key: "wasm._contract_address", value: this.contract }]);
    assert.deepEqual(of(byPairs), [transactionHash]);
    const byText = await this.client.searchTx(`execute._contract_address='${this.contract}' AND tx.height=${height}`);
    assert.deepEqual(of(byText), [transactionHash]);
    const many = await this.client.searchTx(`message.sender='${this.me}' AND tx.height>=1`);
    assert.ok(many.length >= 10);
    assert.ok(many.every((found, place) => place === 0 || found.height >= many[place - 1].height));
    assert.deepEqual(await this.client.searchTx(`wasm.colour='no such colour'`), []);
    note("searchTx");
  }

  async signedInAmino() {
    const client = await this.cosmwasm.SigningCosmWasmClient.connectWithSigner(this.endpoint, this.aminoWallet, this.settings);
    const sent = await client.sendTokens(this.me, this.nobody, this.stargate.coins(1, denom), AUTO);
    this.stargate.assertIsDeliverTxSuccess(sent);
    const stored = await client.upload(this.me, puppet, AUTO);
    const made = await client.instantiate(this.me, stored.codeId, response({}), "by amino <&>", AUTO, { admin: this.me });
    await client.execute(this.me, made.contractAddress, response({}), AUTO, "memo & <more>");
    await client.migrate(this.me, made.contractAddress, stored.codeId, {}, AUTO);
    await client.updateAdmin(this.me, made.contractAddress, this.other, AUTO);
    await client.clearAdmin(this.other, made.contractAddress, AUTO);
    assert.equal((await client.getContract(made.contractAddress)).admin, undefined);
    client.disconnect();
    note("every message signed in amino");
  }

  async comet() {
    const comet = await this.rpc.connectComet(this.endpoint);
    const status = await comet.status();
    assert.equal(status.nodeInfo.network, this.chainId);
    assert.match(status.nodeInfo.version, /^0\.38\./);
    assert.equal(status.syncInfo.catchingUp, false);
    assert.equal(status.validatorInfo.pubkey.algorithm, "ed25519");
    const { height } = this.executed;
    const block = await comet.block(height);
    assert.equal(block.block.header.height, height);
    const results = await comet.blockResults(height);
    assert.equal(results.height, height);
    assert.equal(results.results.length, block.block.txs.length);
    const commit = await comet.commit(height);
    assert.equal(commit.header.height, height);
    assert.deepEqual(commit.commit.blockId.hash, block.blockId.hash);
    const chain = await comet.blockchain(height - 1, height);
    assert.deepEqual(chain.blockMetas.map(({ header }) => header.height), [height, height - 1]);
    const validators = await comet.validatorsAll(height);
    assert.equal(validators.total, 1);
    assert.deepEqual(validators.validators[0].pubkey.data, status.validatorInfo.pubkey.data);
    if (!left_out.has("genesis")) assert.equal((await comet.genesis()).chainId, this.chainId);
    assert.equal(await comet.health(), null);
    assert.ok((await comet.abciInfo()).lastBlockHeight >= height);
    const hash = Buffer.from(this.executed.transactionHash, "hex");
    const tx = await comet.tx({ hash, prove: true });
    assert.deepEqual(Buffer.from(tx.proof.rootHash), Buffer.from(block.block.header.dataHash));
    await assert.rejects(comet.tx({ hash: new Uint8Array(32) }), /not found/);
    const page = await comet.txSearch({ query: "tx.height>=1", page: 1, per_page: 2, order_by: "desc" });
    assert.equal(page.txs.length, 2);
    assert.ok(page.totalCount > 10);
    await assert.rejects(comet.txSearch({ query: "tx.height>=1", page: 1_000_000 }), /page should be within/);
    assert.equal((await comet.numUnconfirmedTxs()).totalBytes >= 0, true);
    comet.disconnect();
    note("the client of CometBFT");
    if (!this.endpoint.startsWith("http")) return;
    const batch = new this.rpc.HttpBatchClient(this.endpoint, { batchSizeLimit: 5, dispatchInterval: 20 });
    const batched = await this.rpc.Comet38Client.create(batch);
    const both = await Promise.all([batched.status(), batched.block(height), batched.abciInfo()]);
    assert.equal(both[1].block.header.height, height);
    note("a batch");
  }

  async subscriptions() {
    const comet = await this.rpc.Comet38Client.connect(this.endpoint);
    const next = (stream) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("nothing was heard")), 20_000);
        stream.addListener({
          next: (event) => { clearTimeout(timer); resolve(event); },
          error: reject,
        });
      });
    const block = next(comet.subscribeNewBlock());
    const header = next(comet.subscribeNewBlockHeader());
    const tx = next(comet.subscribeTx(`wasm.colour = 'loud-${this.name}'`));
    await pause(300);
    const run = await this.client.execute(this.me, this.foretold, response({ attributes: [{ key: "colour", value: `loud-${this.name}` }] }), AUTO);
    const heard = await tx;
    assert.equal(Buffer.from(heard.hash).toString("hex").toUpperCase(), run.transactionHash);
    assert.equal(heard.height, run.height);
    assert.ok((await block).header.height <= run.height);
    assert.ok((await header).height <= run.height);
    comet.disconnect();
    note("subscriptions");
  }
}

const began = Date.now();
const websocket = rpc.replace(/^http/, "ws");
let index = Date.now();
for (const name of Object.keys(releases)) {
  for (const endpoint of [rpc, websocket]) {
    if (!name.startsWith(options.release ?? "") || !endpoint.startsWith(options.transport ?? "")) continue;
    const before = checks;
    await new Course(name, endpoint, index++).run();
    console.log(`CosmJS ${name} by ${endpoint.split(":")[0]}: ${checks - before} calls hold`);
  }
}
if (left_out.size > 0) console.log(`left out: ${[...left_out].join(", ")}`);
console.log(`${checks} in all, ${((Date.now() - began) / 1000).toFixed(1)} s`);
process.exit(0);
