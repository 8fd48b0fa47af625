//! Every crypto import with its standard vectors, asked through the probe of imports. Both machines must agree; where a vector
//! says what the answer is, it must also be that.

mod bls;
mod ecdsa;
mod edwards;

use std::rc::Rc;

use commons_vm::EntryPoint;
use serde_json::Value;

use crate::machine::Contract;
use crate::observation::Observation;
use crate::probe;
use crate::probe::list::List;
use crate::session::{Session, info, usual_env};
use crate::stand::Stand;

/// The file's name in the table.
pub(super) const NAME: &str = "probes/imports.wat: crypto vectors";

/// Asks the probe one thing after another.
struct Bench<'a> {
    session: Session<'a>,
}

pub(super) fn play(stand: &mut Stand) {
    let contract = stand.load(NAME, &probe::imports());
    let mut bench = Bench::new(stand, &contract);
    ecdsa::wycheproof(&mut bench);
    ecdsa::recovery(&mut bench);
    edwards::signatures(&mut bench);
    edwards::batches(&mut bench);
    bls::points(&mut bench);
    bls::hashes(&mut bench);
    bls::signatures(&mut bench);
    bls::beacon(&mut bench);
    for entry in EntryPoint::ALL {
        bench.everywhere(entry);
    }
}

impl<'a> Bench<'a> {
    fn new(stand: &'a mut Stand, contract: &Rc<Contract>) -> Self {
        let mut session = Session::new(stand, contract);
        session.limit = 500_000_000_000;
        session.keeps = false;
        Self { session }
    }

    fn ask(&mut self, list: &List) -> Observation {
        let args = vec![usual_env(), info("creator", 0), list.bytes()];
        self.session.call(EntryPoint::Execute, args)
    }

    /// One check of a signature from an entry point, with gas for it and without.
    fn everywhere(&mut self, entry: EntryPoint) {
        let names = entry.parameters();
        let message = names.iter().position(|name| *name == "msg");
        let mut args = vec![usual_env(); names.len()];
        args[message.expect("every entry point takes a message")] =
            List::default().k1_verify([1; 32], [2; 64], [3; 65]).bytes();
        for limit in [500_000_000_000, 90_000_000] {
            self.session.limit = limit;
            self.session.call(entry, args.clone());
        }
    }

    /// The number that an instruction answered; nothing if the call failed.
    fn number(&mut self, list: &List) -> Option<u32> {
        let bytes = self.ask(list).outcome.ok()?;
        let first = bytes
            .first_chunk()
            .expect("the probe answers with a number");
        Some(u32::from_le_bytes(*first))
    }

    /// The point that an instruction answered with code 0.
    fn point(&mut self, list: &List) -> Vec<u8> {
        let bytes = self.ask(list).outcome.expect("the call works");
        assert_eq!(bytes[..4], [0; 4], "the code is 0");
        bytes[8..].to_vec()
    }
}

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("hex is text");
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).expect("it is hex")
}
