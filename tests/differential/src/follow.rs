//! Our node executes a recording: the same genesis, the same blocks at the same heights and times, the same bytes; and every transaction is
//! offered to its check at the point at which the other chain was offered it. Owns the node; compares nothing itself.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount, TxResult};
use commons_node::{Node, NodeError, Vm, VmConfig};

use crate::message::parse_coins;
use crate::recording::{Answer, Block, Check, Delivered, Happened, Recording};
use crate::sign::PREFIX;

/// What our node answers to a recording, in the same form.
#[must_use]
pub fn follow(theirs: &Recording) -> Recording {
    let vm = Vm::new(VmConfig::default()).expect("the virtual machine starts");
    let node = Node::in_memory(vm, &genesis(theirs)).expect("the genesis is sound");
    let mut follower = Follower {
        node,
        blocks: theirs.blocks.clone().into_iter().peekable(),
        done: Vec::new(),
    };
    let mut ours = Recording {
        software: "commons-node in process".to_owned(),
        steps: Vec::new(),
        ..theirs.clone()
    };
    for step in &theirs.steps {
        follower.reach(step.after);
        ours.steps.push(follower.step(step));
    }
    follower.reach(theirs.blocks.last().map_or(0, |block| block.height));
    ours.state = theirs
        .state
        .keys()
        .map(|contract| (contract.clone(), follower.state(contract)))
        .collect();
    ours.balances = balances(&follower.node, theirs);
    ours.blocks = follower.done;
    ours
}

/// Our node executes the recording's blocks into a new directory; what answered otherwise than there, by name.
#[must_use]
pub fn rebuild(theirs: &Recording, dir: &std::path::Path) -> Vec<String> {
    let vm = Vm::new(VmConfig::default()).expect("the virtual machine starts");
    let node = Node::create(vm, dir, &genesis(theirs)).expect("the genesis is sound");
    let mut follower = Follower {
        node,
        blocks: theirs.blocks.clone().into_iter().peekable(),
        done: Vec::new(),
    };
    follower.reach(theirs.blocks.last().map_or(0, |block| block.height));
    let told = theirs.blocks.iter().flat_map(|block| &block.txs);
    let ours = follower.done.iter().flat_map(|block| &block.txs);
    told.zip(ours)
        .filter(|(theirs, ours)| {
            (theirs.answer.code, &theirs.answer.data) != (ours.answer.code, &ours.answer.data)
        })
        .map(|(theirs, _)| theirs.name.clone())
        .collect()
}

fn genesis(theirs: &Recording) -> Genesis {
    let first: u64 = theirs
        .first_time
        .parse()
        .expect("a recording has the time of its first block");
    let accounts = theirs
        .accounts
        .iter()
        .map(|(_, address, coins)| GenesisAccount {
            address: address.clone(),
            balance: parse_coins(coins)
                .into_iter()
                .map(|coin| Coin::new(coin.amount.parse().expect("digits"), coin.denom))
                .collect(),
        });
    Genesis {
        chain_id: theirs.chain_id.clone(),
        // The first block of ours has to be later than the genesis.
        time: first - 1,
        address_prefix: PREFIX.to_owned(),
        accounts: accounts.collect(),
        // As the genesis of scripts/chain: no limit of gas, and the staking coin.
        params: ChainParams {
            max_gas: None,
            bond_denom: "ustake".to_owned(),
            ..ChainParams::default()
        },
    }
}

struct Follower {
    node: Node,
    blocks: std::iter::Peekable<std::vec::IntoIter<Block>>,
    done: Vec<Block>,
}

impl Follower {
    /// Executes every block up to a height; those that the recording leaves out are empty.
    fn reach(&mut self, height: u64) {
        while self.node.height() < height {
            let next = self.node.height() + 1;
            match self.blocks.next_if(|block| block.height == next) {
                Some(block) => self.apply(block),
                None => {
                    let time = self.node.time_nanos() + 1;
                    self.node
                        .apply(&[], time)
                        .expect("an empty block can be made");
                }
            }
        }
    }

    fn apply(&mut self, block: Block) {
        let txs: Vec<Vec<u8>> = block.txs.iter().map(|tx| decode(&tx.tx)).collect();
        let time = block.time.parse().expect("a block has a time");
        let made = self
            .node
            .apply(&txs, time)
            .unwrap_or_else(|error| panic!("block {}: {error}", block.height));
        let answers = block.txs.into_iter().zip(made.results);
        let txs = answers.map(|(theirs, result)| Delivered {
            answer: answer(result),
            ..theirs
        });
        self.done.push(Block {
            txs: txs.collect(),
            ..block
        });
    }

    fn step(&mut self, theirs: &Happened) -> Happened {
        let mut ours = theirs.clone();
        if let Some(tx) = theirs.tx.as_deref().map(decode) {
            if theirs.simulated.is_some() {
                ours.simulated = Some(self.simulate(&tx));
            }
            ours.check = Some(self.check(tx));
        }
        if let Some((contract, question, told)) = &mut ours.asked {
            let answer = self.node.query_smart(contract, question.as_bytes());
            *told = match answer {
                Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
                Err(NodeError::Query(error)) => Err(Check {
                    code: error.code,
                    codespace: error.codespace,
                    log: error.log,
                }),
                Err(error) => panic!("{error}"),
            };
        }
        ours
    }

    fn simulate(&self, tx: &[u8]) -> Result<u64, String> {
        let result = self
            .node
            .simulate(tx)
            .unwrap_or_else(|error| panic!("{error}"));
        match result.code {
            0 => Ok(result.gas_used),
            code => Err(format!("{}/{code}: {}", result.codespace, result.log)),
        }
    }

    fn check(&mut self, tx: Vec<u8>) -> Check {
        match self.node.broadcast(tx) {
            Ok(_) => Check {
                code: 0,
                codespace: String::new(),
                log: String::new(),
            },
            Err(NodeError::Refused(refused)) => Check {
                code: refused.code,
                codespace: refused.codespace,
                log: refused.log,
            },
            Err(error) => panic!("{error}"),
        }
    }

    fn state(&self, contract: &str) -> Vec<(String, String)> {
        let entries = self
            .node
            .contract_state(contract)
            .expect("the state can be read");
        entries
            .iter()
            .map(|(key, value)| (hex::encode(key), hex::encode(value)))
            .collect()
    }
}

/// Balances of everyone in the recording, in the coins that it or its genesis names.
fn balances(node: &Node, theirs: &Recording) -> BTreeMap<String, Vec<String>> {
    let mut denoms: Vec<String> = theirs
        .accounts
        .iter()
        .flat_map(|(_, _, coins)| parse_coins(coins))
        .map(|coin| coin.denom)
        .collect();
    denoms.sort();
    denoms.dedup();
    let of = |who: &String| {
        let held = denoms.iter().map(|denom| {
            (
                node.balance(who, denom).expect("the state can be read"),
                denom,
            )
        });
        held.filter(|(amount, _)| *amount > 0)
            .map(|(amount, denom)| format!("{amount}{denom}"))
            .collect()
    };
    theirs
        .balances
        .keys()
        .map(|who| (who.clone(), of(who)))
        .collect()
}

fn answer(result: TxResult) -> Answer {
    Answer {
        code: result.code,
        codespace: result.codespace,
        data: STANDARD.encode(result.data),
        log: result.log,
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        events: result
            .events
            .into_iter()
            .map(|event| (event.kind, event.attributes))
            .collect(),
    }
}

fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("a recording has base64")
}
