//! A chain in memory, people with keys, and small contracts that do what their messages say.

use commons_ledger::{
    BlockContext, ChainParams, Changes, CheckReport, Checksum, Coin, Event, Fault, Genesis,
    GenesisAccount, Ledger, LedgerConfig, Order, Pending, StateRead, TxResult,
};
use commons_vm::{Vm, VmConfig};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgInstantiateContractResponse, MsgStoreCode, MsgStoreCodeResponse,
};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use prost::Message;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;
use std::sync::OnceLock;

pub const CHAIN: &str = "commons-test-1";
pub const START: u64 = 1_700_000_000_000_000_000;

/// State in memory.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<Vec<u8>, Vec<u8>>);

impl Memory {
    pub fn apply(&mut self, changes: Changes) {
        for (key, value) in changes {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
    }
}

impl StateRead for Memory {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Fault> {
        if end.is_some_and(|end| end <= start) {
            return Ok(Vec::new());
        }
        let end = end.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.0.range::<[u8], _>((Bound::Included(start), end));
        let own = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(match order {
            Order::Ascending => range.take(limit).map(own).collect(),
            Order::Descending => range.rev().take(limit).map(own).collect(),
        })
    }
}

fn vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(VmConfig::default()).unwrap())
        .clone()
}

pub fn ledger_with_prefix(prefix: &str) -> Ledger {
    Ledger::new(
        vm(),
        LedgerConfig {
            address_prefix: prefix.to_owned(),
        },
    )
}

/// A person with a key.
#[derive(Clone)]
pub struct Person {
    pub key: SigningKey,
    pub address: String,
}

impl Person {
    pub fn new(seed: u8) -> Person {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let address = ledger_with_prefix("commons").account_address(&compressed(&key));
        Person { key, address }
    }

    pub fn public_key(&self) -> Any {
        Any {
            type_url: "/cosmos.crypto.secp256k1.PubKey".to_owned(),
            value: PubKey {
                key: compressed(&self.key),
            }
            .encode_to_vec(),
        }
    }
}

pub fn compressed(key: &SigningKey) -> Vec<u8> {
    key.verifying_key()
        .to_encoded_point(true)
        .as_bytes()
        .to_vec()
}

/// A transaction before it is signed.
#[derive(Clone)]
pub struct Draft {
    pub body: TxBody,
    pub auth: AuthInfo,
    pub chain_id: String,
    pub account_number: u64,
    pub signers: Vec<Person>,
}

impl Draft {
    /// The transaction with its signatures.
    pub fn sign(&self) -> Vec<u8> {
        self.raw().encode_to_vec()
    }

    pub fn raw(&self) -> TxRaw {
        let document = SignDoc {
            body_bytes: self.body.encode_to_vec(),
            auth_info_bytes: self.auth.encode_to_vec(),
            chain_id: self.chain_id.clone(),
            account_number: self.account_number,
        };
        let signed = document.encode_to_vec();
        let signatures = self
            .signers
            .iter()
            .map(|person| {
                let signature: Signature = person.key.sign(&signed);
                signature.normalize_s().unwrap_or(signature).to_vec()
            })
            .collect();
        TxRaw {
            body_bytes: document.body_bytes,
            auth_info_bytes: document.auth_info_bytes,
            signatures,
        }
    }

    pub fn with_fee(mut self, coins: &[(u128, &str)]) -> Draft {
        if let Some(fee) = &mut self.auth.fee {
            fee.amount = self::coins(coins);
        }
        self
    }

    pub fn with_gas(mut self, gas: u64) -> Draft {
        if let Some(fee) = &mut self.auth.fee {
            fee.gas_limit = gas;
        }
        self
    }
}

pub fn coins(list: &[(u128, &str)]) -> Vec<ProtoCoin> {
    list.iter()
        .map(|(amount, denom)| ProtoCoin {
            denom: (*denom).to_owned(),
            amount: amount.to_string(),
        })
        .collect()
}

/// A chain of one block a transaction.
pub struct Chain {
    pub ledger: Ledger,
    pub state: Memory,
    pub height: u64,
    pub anna: Person,
    pub bert: Person,
}

impl Chain {
    /// Anna has 1,000,000 utoken and 500 uother, Bert has 10 utoken.
    pub fn new() -> Chain {
        Chain::with(ChainParams::default())
    }

    /// The same with other parameters of the chain.
    pub fn with(params: ChainParams) -> Chain {
        let ledger = ledger_with_prefix("commons");
        let (anna, bert) = (Person::new(1), Person::new(2));
        let genesis = Genesis {
            chain_id: CHAIN.to_owned(),
            time: START,
            address_prefix: "commons".to_owned(),
            accounts: vec![
                GenesisAccount {
                    address: anna.address.clone(),
                    balance: vec![Coin::new(500, "uother"), Coin::new(1_000_000, "utoken")],
                },
                GenesisAccount {
                    address: bert.address.clone(),
                    balance: vec![Coin::new(10, "utoken")],
                },
            ],
            params,
        };
        let mut state = Memory::default();
        state.apply(ledger.init(&genesis).unwrap());
        Chain {
            ledger,
            state,
            height: 0,
            anna,
            bert,
        }
    }

    pub fn reader(&self) -> Rc<dyn StateRead> {
        Rc::new(self.state.clone())
    }

    /// The block that comes next.
    pub fn block(&self) -> BlockContext {
        BlockContext {
            chain_id: CHAIN.to_owned(),
            height: self.height + 1,
            time_nanos: START + (self.height + 1) * 1_000_000_000,
        }
    }

    pub fn draft(&self, signer: &Person, messages: Vec<Any>) -> Draft {
        let account = self.ledger.account(&self.state, &signer.address).unwrap();
        let (number, sequence) = account.map_or((0, 0), |a| (a.number, a.sequence));
        Draft {
            body: TxBody {
                messages,
                ..TxBody::default()
            },
            auth: AuthInfo {
                signer_infos: vec![SignerInfo {
                    public_key: Some(signer.public_key()),
                    mode_info: Some(ModeInfo {
                        sum: Some(Sum::Single(Single { mode: 1 })),
                    }),
                    sequence,
                }],
                fee: Some(Fee {
                    gas_limit: 20_000_000,
                    ..Fee::default()
                }),
                ..AuthInfo::default()
            },
            chain_id: CHAIN.to_owned(),
            account_number: number,
            signers: vec![signer.clone()],
        }
    }

    /// What the node would say to a transaction that arrives.
    pub fn check(&self, tx: &[u8]) -> CheckReport {
        let mut pending = Pending::default();
        self.ledger
            .check_tx(self.reader(), &mut pending, &self.block(), tx)
            .unwrap()
    }

    pub fn simulate(&self, tx: &[u8]) -> TxResult {
        self.ledger
            .simulate(self.reader(), &self.block(), tx)
            .unwrap()
    }

    /// Makes a block of these transactions.
    pub fn deliver(&mut self, txs: &[Vec<u8>]) -> Vec<TxResult> {
        let outcome = self
            .ledger
            .execute_block(self.reader(), &self.block(), txs)
            .unwrap();
        self.state.apply(outcome.changes);
        self.height += 1;
        outcome.results
    }

    pub fn deliver_one(&mut self, tx: Vec<u8>) -> TxResult {
        self.deliver(&[tx]).remove(0)
    }

    pub fn send(&mut self, signer: &Person, messages: Vec<Any>) -> TxResult {
        let tx = self.draft(signer, messages).sign();
        self.deliver_one(tx)
    }

    pub fn by_anna(&mut self, message: Any) -> TxResult {
        let anna = self.anna.clone();
        self.send(&anna, vec![message])
    }

    pub fn balance(&self, address: &str, denom: &str) -> u128 {
        self.ledger.balance(&self.state, address, denom).unwrap()
    }

    pub fn sequence(&self, person: &Person) -> u64 {
        let account = self.ledger.account(&self.state, &person.address).unwrap();
        account.unwrap().sequence
    }

    /// What a contract has under a key, as text.
    pub fn stored(&self, contract: &str, key: &str) -> Option<String> {
        let value = self
            .ledger
            .query_raw(&self.state, contract, key.as_bytes())
            .unwrap();
        value.map(|value| String::from_utf8(value).unwrap())
    }

    /// Stores code and returns its id.
    pub fn store(&mut self, wat: &str) -> u64 {
        let sender = self.anna.address.clone();
        let result = self.by_anna(store_code(&sender, wat::parse_str(wat).unwrap()));
        assert_eq!(result.code, 0, "{}", result.log);
        response::<MsgStoreCodeResponse>(&result, 0).code_id
    }

    /// Makes a contract of a code by Anna and returns its address.
    pub fn instantiate(&mut self, code_id: u64, msg: &str) -> String {
        let sender = self.anna.address.clone();
        let result = self.by_anna(instantiate(&sender, code_id, msg, &[]));
        assert_eq!(result.code, 0, "{}", result.log);
        response::<MsgInstantiateContractResponse>(&result, 0).address
    }

    /// A contract of the code [`PUPPET`].
    pub fn puppet(&mut self, reply: &str) -> String {
        let code_id = self.store(PUPPET);
        self.instantiate(code_id, reply)
    }

    /// Anna calls a contract.
    pub fn execute(&mut self, contract: &str, msg: &str) -> TxResult {
        let sender = self.anna.address.clone();
        self.by_anna(execute(&sender, contract, msg, &[]))
    }
}

/// The response to one message of a transaction.
pub fn response<M: Message + Default>(result: &TxResult, index: usize) -> M {
    let data = TxMsgData::decode(result.data.as_slice()).unwrap();
    M::decode(data.msg_responses[index].value.as_slice()).unwrap()
}

pub fn any(type_url: &str, message: &impl Message) -> Any {
    Any {
        type_url: type_url.to_owned(),
        value: message.encode_to_vec(),
    }
}

pub fn bank_send(from: &str, to: &str, amount: &[(u128, &str)]) -> Any {
    let message = MsgSend {
        from_address: from.to_owned(),
        to_address: to.to_owned(),
        amount: coins(amount),
    };
    any("/cosmos.bank.v1beta1.MsgSend", &message)
}

pub fn store_code(sender: &str, bytes: Vec<u8>) -> Any {
    let message = MsgStoreCode {
        sender: sender.to_owned(),
        wasm_byte_code: bytes,
        instantiate_permission: None,
    };
    any("/cosmwasm.wasm.v1.MsgStoreCode", &message)
}

pub fn instantiate(sender: &str, code_id: u64, msg: &str, funds: &[(u128, &str)]) -> Any {
    let message = MsgInstantiateContract {
        sender: sender.to_owned(),
        admin: sender.to_owned(),
        code_id,
        label: "a contract".to_owned(),
        msg: msg.as_bytes().to_vec(),
        funds: coins(funds),
    };
    any("/cosmwasm.wasm.v1.MsgInstantiateContract", &message)
}

pub fn instantiate2(sender: &str, code_id: u64, salt: &[u8]) -> Any {
    let message = MsgInstantiateContract2 {
        sender: sender.to_owned(),
        admin: String::new(),
        code_id,
        label: "a contract".to_owned(),
        msg: b"{}".to_vec(),
        funds: Vec::new(),
        salt: salt.to_vec(),
        fix_msg: false,
    };
    any("/cosmwasm.wasm.v1.MsgInstantiateContract2", &message)
}

pub fn execute(sender: &str, contract: &str, msg: &str, funds: &[(u128, &str)]) -> Any {
    let message = MsgExecuteContract {
        sender: sender.to_owned(),
        contract: contract.to_owned(),
        msg: msg.as_bytes().to_vec(),
        funds: coins(funds),
    };
    any("/cosmwasm.wasm.v1.MsgExecuteContract", &message)
}

/// Events as `kind{key=value,..}`, without the trailing `msg_index`.
pub fn shown(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let pairs: Vec<String> = event
                .attributes
                .iter()
                .filter(|(key, _)| key != "msg_index")
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("{}{{{}}}", event.kind, pairs.join(","))
        })
        .collect()
}

/// The shown events behind those of the checks and behind `message{action,..}`.
pub fn of_message(result: &TxResult) -> Vec<String> {
    let all = shown(&result.events);
    let first = all
        .iter()
        .position(|event| event.starts_with("message{action="))
        .unwrap();
    all[first + 1..].to_vec()
}

pub fn checksum_of(wat: &str) -> Checksum {
    Checksum::of(&wat::parse_str(wat).unwrap())
}

/// Runs a test on a thread with the stack that the ledger asks for.
pub fn with_room(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(commons_ledger::STACK_BYTES);
    thread.spawn(test).unwrap().join().unwrap();
}

macro_rules! contract {
    ($body:literal) => {
        concat!(
            r#"(module
  (import "env" "db_read" (func $read (param i32) (result i32)))
  (import "env" "db_write" (func $write (param i32 i32)))
  (import "env" "query_chain" (func $ask (param i32) (result i32)))
  (import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))
  (import "env" "db_next" (func $next (param i32) (result i32)))
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 65536))
  (func (export "interface_version_8"))
  (func (export "deallocate") (param i32))
  (func (export "allocate") (param $size i32) (result i32)
    (local $region i32)
    (local.set $region (global.get $heap))
    (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
    (i32.store offset=4 (local.get $region) (local.get $size))
    (i32.store offset=8 (local.get $region) (i32.const 0))
    (global.set $heap (i32.add (local.get $region)
      (i32.and (i32.add (local.get $size) (i32.const 27)) (i32.const -8))))
    (local.get $region))
  ;; A region for a constant in memory.
  (func $constant (param $at i32) (param $size i32) (result i32)
    (local $region i32)
    (local.set $region (global.get $heap))
    (global.set $heap (i32.add (local.get $region) (i32.const 16)))
    (i32.store (local.get $region) (local.get $at))
    (i32.store offset=4 (local.get $region) (local.get $size))
    (i32.store offset=8 (local.get $region) (local.get $size))
    (local.get $region))
  (data (i32.const 1024) "reply")
  (data (i32.const 1040) "last")
  (data (i32.const 1056) "seen")
  (data (i32.const 1072) "answer")
  (data (i32.const 1088) "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[],\"data\":null}}")
  (data (i32.const 1168) "{\"ok\":\"e30=\"}")
  (data (i32.const 1200) "{\"error\":\"failed below\"}")
  (data (i32.const 1232) "env")
  (data (i32.const 1248) "info")
  (func $done (result i32) (call $constant (i32.const 1088) (i32.const 62)))
"#,
            $body,
            ")"
        )
    };
}

/// Keeps its instantiation message under `reply`. Executed, it keeps environment, info and message under `env`, `info` and `last` and answers
/// the message itself. Told of a submessage, it keeps what it was told under `seen` and answers what is under `reply`. Queried, it answers
/// the query itself. Migrated, it keeps the message under `last` and the third argument under `info`.
pub const PUPPET: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1024) (i32.const 5)) (local.get $msg))
    (call $write (call $constant (i32.const 1232) (i32.const 3)) (local.get $env))
    (call $write (call $constant (i32.const 1248) (i32.const 4)) (local.get $info))
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1232) (i32.const 3)) (local.get $env))
    (call $write (call $constant (i32.const 1248) (i32.const 4)) (local.get $info))
    (call $write (call $constant (i32.const 1040) (i32.const 4)) (local.get $msg))
    (local.get $msg))
  (func (export "reply") (param $env i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1056) (i32.const 4)) (local.get $msg))
    (call $read (call $constant (i32.const 1024) (i32.const 5))))
  (func (export "migrate") (param $env i32) (param $msg i32) (param $info i32) (result i32)
    (call $write (call $constant (i32.const 1040) (i32.const 4)) (local.get $msg))
    (call $write (call $constant (i32.const 1248) (i32.const 4)) (local.get $info))
    (call $done))
  (func (export "query") (param $env i32) (param $msg i32) (result i32)
    (local.get $msg))
"#
);

/// Keeps its instantiation message. Executed, it asks the chain its message and keeps the answer under `answer`. Queried, it asks the chain
/// what it was instantiated with, unless that is shorter than three bytes, and fails if the answer is a failure.
pub const PROBER: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1024) (i32.const 5)) (local.get $msg))
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1072) (i32.const 6)) (call $ask (local.get $msg)))
    (call $done))
  (func (export "query") (param $env i32) (param $msg i32) (result i32)
    (local $request i32)
    (local.set $request (call $read (call $constant (i32.const 1024) (i32.const 5))))
    (if (i32.gt_u (i32.load offset=8 (local.get $request)) (i32.const 2)) (then
      ;; The answer starts {"ok":{"ok" or {"ok":{"error": byte 8 tells.
      (if (i32.eq (i32.load8_u offset=8 (i32.load (call $ask (local.get $request)))) (i32.const 101)) (then
        (return (call $constant (i32.const 1200) (i32.const 24)))))))
    (call $constant (i32.const 1168) (i32.const 13)))
"#
);

/// Keeps its instantiation message under `reply`. Executed, it opens an iterator from the last key down, writes its message under `seen`, and
/// keeps under `answer` what the iterator shows first.
pub const SCANNER: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1024) (i32.const 5)) (local.get $msg))
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (local $iterator i32)
    (local.set $iterator (call $scan (i32.const 0) (i32.const 0) (i32.const 2)))
    (call $write (call $constant (i32.const 1056) (i32.const 4)) (local.get $msg))
    (call $write (call $constant (i32.const 1072) (i32.const 6)) (call $next (local.get $iterator)))
    (call $done))
"#
);

/// Executed, it never ends.
pub const SPINNER: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (loop $again (br $again))
    (unreachable))
"#
);

/// Has no entry point but instantiate, and traps there.
pub const TRAPPER: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (unreachable))
"#
);

/// Has instantiate and a `migrate` of the older form, and nothing to execute.
pub const MUTE: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $done))
  (func (export "migrate") (param $env i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1040) (i32.const 4)) (local.get $msg))
    (call $done))
"#
);

/// An answer of a contract: what it wants done (a JSON list) and no more.
pub fn wanting(messages: &str) -> String {
    format!(r#"{{"ok":{{"messages":{messages},"attributes":[],"events":[],"data":null}}}}"#)
}

/// An answer of a contract with one attribute.
pub fn saying(key: &str, value: &str) -> String {
    format!(
        r#"{{"ok":{{"messages":[],"attributes":[{{"key":"{key}","value":"{value}"}}],"events":[],"data":null}}}}"#
    )
}

pub const NOTHING: &str = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;

/// Keeps its instantiation message under `reply`. Executed, and told of each submessage, it counts under `seen` and answers what is under
/// `reply`, until it has counted to fifty: then it wants nothing more.
pub const STAIRS: &str = contract!(
    r#"
  (data (i32.const 2048) "\00")
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1024) (i32.const 5)) (local.get $msg))
    (call $done))
  (func $step (result i32)
    (local $seen i32)
    (local.set $seen (call $read (call $constant (i32.const 1056) (i32.const 4))))
    (if (local.get $seen) (then
      (i32.store8 (i32.const 2048) (i32.load8_u (i32.load (local.get $seen))))))
    (if (i32.eq (i32.load8_u (i32.const 2048)) (i32.const 50)) (then (return (call $done))))
    (i32.store8 (i32.const 2048) (i32.add (i32.load8_u (i32.const 2048)) (i32.const 1)))
    (call $write (call $constant (i32.const 1056) (i32.const 4)) (call $constant (i32.const 2048) (i32.const 1)))
    (call $read (call $constant (i32.const 1024) (i32.const 5))))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $step))
  (func (export "reply") (param $env i32) (param $msg i32) (result i32)
    (call $step))
"#
);

/// Executed, it answers the message itself and keeps nothing. Queried, it tries to write.
pub const ECHO: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (local.get $msg))
  (func (export "query") (param $env i32) (param $msg i32) (result i32)
    (call $write (call $constant (i32.const 1040) (i32.const 4)) (local.get $msg))
    (call $constant (i32.const 1168) (i32.const 13)))
"#
);

/// Executed, it opens an iterator over everything and writes a new record, over and over, without end.
pub const HOARDER: &str = contract!(
    r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $done))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (local $key i32)
    (local $heap i32)
    (local.set $key (call $constant (i32.const 2048) (i32.const 4)))
    (loop $again
      (i32.store (i32.const 2048) (i32.add (i32.load (i32.const 2048)) (i32.const 1)))
      (call $write (local.get $key) (local.get $key))
      (drop (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))
      (br $again))
    (unreachable))
"#
);
