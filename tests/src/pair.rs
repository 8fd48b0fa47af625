//! Both hosts in lockstep. After every transaction: same outcome, same answer, same contract events, same balances of the
//! contracts, and every key and value of every contract byte for byte. What differs outside contracts is written down.

use std::collections::BTreeSet;

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::units::UnixTime;
use commons_ledger::Event;

use crate::chain::{Chain, Outcome, Receipt, Setup, State};
use crate::native::Native;
use crate::wasm::Wasm;

/// Two chains that must agree.
pub struct Pair {
    /// cw-multi-test.
    pub native: Native,
    /// Our node.
    pub wasm: Wasm,
    /// Contracts instantiated so far.
    contracts: BTreeSet<String>,
    /// In what the events of the hosts differ, each once.
    differences: BTreeSet<String>,
    /// Transactions compared: carried out, and refused.
    compared: (u64, u64),
}

impl Pair {
    /// In what the events of the hosts differed so far.
    #[must_use]
    pub const fn differences(&self) -> &BTreeSet<String> {
        &self.differences
    }

    /// Transactions compared: carried out, and refused.
    #[must_use]
    pub const fn compared(&self) -> (u64, u64) {
        self.compared
    }

    fn compare_receipts(&mut self, what: &str, native: &Receipt, wasm: &Receipt) {
        assert_eq!(native.data, wasm.data, "{what}: the answers differ");
        let (ours, theirs) = (by_contracts(&wasm.events), by_contracts(&native.events));
        let sorted = |events: &[Event]| events.iter().map(canonical).collect::<Vec<_>>();
        assert_eq!(sorted(&theirs), sorted(&ours), "{what}: the events differ");
        if theirs.iter().map(stripped).ne(ours.iter().map(stripped)) {
            self.note("wasm: attributes of a submessage's events sorted by key");
        }
        for (side, other, events) in [
            ("wasm", &native.events, &wasm.events),
            ("native", &wasm.events, &native.events),
        ] {
            for event in events {
                self.compare_event(side, event, other);
            }
        }
        let created = ours.iter().filter(|event| event.kind == "instantiate");
        let addresses = created.flat_map(|event| &event.attributes);
        let addresses = addresses.filter(|(key, _)| key == "_contract_address");
        self.contracts
            .extend(addresses.map(|(_, address)| address.clone()));
    }

    fn compare_event(&mut self, side: &str, event: &Event, other: &[Event]) {
        let twin = other.iter().any(|twin| canonical(twin) == canonical(event));
        if !twin {
            self.note(&format!("{side}: event {}", event.kind));
        }
        if event.attributes.iter().any(|(key, _)| key == "msg_index") {
            self.note(&format!("{side}: attribute msg_index"));
        }
    }

    fn note(&mut self, difference: &str) {
        self.differences.insert(difference.to_owned());
    }

    fn compare_states(&self, what: &str) {
        assert_eq!(self.native.height(), self.wasm.height(), "{what}: height");
        assert_eq!(self.native.now(), self.wasm.now(), "{what}: time");
        for contract in &self.contracts {
            let (native, wasm) = (self.native.dump(contract), self.wasm.dump(contract));
            assert!(!native.is_empty(), "{what}: {contract} stores nothing");
            if native != wasm {
                panic!("{what}: {contract}: {}", first_difference(&native, &wasm));
            }
            let (native, wasm) = (self.native.balance(contract), self.wasm.balance(contract));
            assert_eq!(native, wasm, "{what}: balance of {contract}");
        }
    }
}

impl Chain for Pair {
    fn begin(setup: &Setup) -> Self {
        Self {
            native: Native::begin(setup),
            wasm: Wasm::begin(setup),
            contracts: BTreeSet::new(),
            differences: BTreeSet::new(),
            compared: (0, 0),
        }
    }

    fn wait_until(&mut self, time: UnixTime) {
        self.native.wait_until(time);
        self.wasm.wait_until(time);
    }

    fn submit(&mut self, signer: &AccountKey, message: Message) -> Outcome {
        let what = describe(&message);
        let native = self.native.submit(signer, message.clone());
        let wasm = self.wasm.submit(signer, message);
        match (&native, &wasm) {
            (Ok(native), Ok(wasm)) => {
                self.compare_receipts(&what, native, wasm);
                self.compared.0 += 1;
            }
            (Err(native), Err(wasm)) => {
                assert!(
                    wasm.contains(reason(native)),
                    "{what}: natively `{native}`, on our node `{wasm}`"
                );
                self.compared.1 += 1;
            }
            _ => panic!("{what}: natively {native:?}, on our node {wasm:?}"),
        }
        self.compare_states(&what);
        native
    }

    fn node(&self) -> Option<&Wasm> {
        Some(&self.wasm)
    }

    fn query_bytes(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>, String> {
        let native = self.native.query_bytes(contract, question);
        let wasm = self.wasm.query_bytes(contract, question);
        match (&native, &wasm) {
            (Ok(native), Ok(wasm)) => assert_eq!(
                String::from_utf8_lossy(native),
                String::from_utf8_lossy(wasm)
            ),
            (Err(_), Err(_)) => {}
            _ => panic!("natively {native:?}, on our node {wasm:?}"),
        }
        native
    }

    fn dump(&self, contract: &str) -> State {
        self.native.dump(contract)
    }

    fn balance(&self, address: &str) -> u128 {
        let (native, wasm) = (self.native.balance(address), self.wasm.balance(address));
        assert_eq!(native, wasm, "balance of {address}");
        native
    }

    fn height(&self) -> u64 {
        self.native.height()
    }

    fn now(&self) -> UnixTime {
        self.native.now()
    }
}

/// Events that come from contracts or from calling them; the rest is the bank's and the transaction's.
fn by_contracts(events: &[Event]) -> Vec<Event> {
    let calls = ["execute", "instantiate", "reply", "wasm"];
    let of_contract =
        |event: &&Event| calls.contains(&event.kind.as_str()) || event.kind.starts_with("wasm-");
    events.iter().filter(of_contract).cloned().collect()
}

/// The event without the chain's numbering of messages.
fn stripped(event: &Event) -> Event {
    let mut event = event.clone();
    event.attributes.retain(|(key, _)| key != "msg_index");
    event
}

/// The event without order among its attributes.
fn canonical(event: &Event) -> (String, Vec<(String, String)>) {
    let Event {
        kind,
        mut attributes,
    } = stripped(event);
    attributes.sort();
    (kind, attributes)
}

/// The contract's own words: cw-multi-test puts sender and message before them, a chain its code's name behind.
fn reason(native: &str) -> &str {
    native.rsplit(", error: ").next().unwrap_or(native)
}

fn describe(message: &Message) -> String {
    match message {
        Message::StoreCode { wasm } => format!("storing {} bytes of code", wasm.len()),
        Message::Send { to, .. } => format!("sending to {to}"),
        Message::Instantiate { msg, .. } | Message::Instantiate2 { msg, .. } => {
            format!("instantiating {}", shortened(msg))
        }
        Message::Execute { msg, .. } => shortened(msg),
        Message::Migrate { contract, .. } => format!("migrating {contract}"),
        Message::UpdateAdmin { contract, .. } => format!("another admin of {contract}"),
        Message::ClearAdmin { contract } => format!("no admin of {contract}"),
    }
}

fn shortened(msg: &[u8]) -> String {
    String::from_utf8_lossy(msg).chars().take(120).collect()
}

fn first_difference(native: &State, wasm: &State) -> String {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let pair = native.iter().zip(wasm).find(|(a, b)| a != b);
    match pair {
        Some((a, b)) => format!(
            "natively {} = {}, on our node {} = {}",
            text(&a.0),
            text(&a.1),
            text(&b.0),
            text(&b.1)
        ),
        None => format!("natively {} keys, on our node {}", native.len(), wasm.len()),
    }
}
