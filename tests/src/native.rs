//! The contracts as Rust, under cw-multi-test. Addresses follow the chain's scheme (chain-wide instance numbers from 1,
//! prefix `commons`), and each code carries the checksum of its real wasm, so that every predicted address is the same
//! as on a chain. cw-multi-test always reports transaction index 0, and so does a chain with one transaction a block.

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::units::UnixTime;
use commons_ledger::Event;
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContractResponse;
use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{
    Addr, Api, BankMsg, BlockInfo, Checksum, CosmosMsg, Empty, QueryRequest, StdResult, Storage,
    Timestamp, Uint128, WasmMsg, WasmQuery, to_json_vec,
};
use cw_multi_test::{
    AddressGenerator, App, AppBuilder, Contract, ContractWrapper, Executor, SimpleAddressGenerator,
    WasmKeeper,
};
use prost::Message as _;

use crate::artifact;
use crate::chain::{
    CHAIN_ID, Chain, DENOM, Outcome, PREFIX, Receipt, Setup, State, coins, next_time,
};

/// See the module.
pub struct Native {
    host: App,
    earliest: UnixTime,
    code: Code,
}

/// What runs for a wasm file under cw-multi-test.
pub type Code = fn(&[u8]) -> Box<dyn Contract<Empty>>;

/// Addresses as a chain makes them: cw-multi-test counts instances from 0, chains from 1.
struct ChainAddresses;

impl AddressGenerator for ChainAddresses {
    fn contract_address(
        &self,
        api: &dyn Api,
        storage: &mut dyn Storage,
        code_id: u64,
        instance_id: u64,
    ) -> StdResult<Addr> {
        SimpleAddressGenerator.contract_address(api, storage, code_id, instance_id + 1)
    }
}

impl Chain for Native {
    fn begin(setup: &Setup) -> Self {
        Self::begin_with(setup, code)
    }

    fn wait_until(&mut self, time: UnixTime) {
        self.earliest = self.earliest.max(time);
    }

    fn submit(&mut self, signer: &AccountKey, message: Message) -> Outcome {
        let time = next_time(self.now(), self.earliest);
        self.host.update_block(|block| {
            block.height += 1;
            block.time = Timestamp::from_seconds(time.0);
        });
        let sender = address(signer);
        let Some(message) = self.cosmos(&sender, message) else {
            return Ok(Receipt {
                events: Vec::new(),
                data: Vec::new(),
            });
        };
        let calls = matches!(message, CosmosMsg::Wasm(WasmMsg::Execute { .. }));
        let answer = self
            .host
            .execute(sender, message)
            .map_err(|error| error.to_string())?;
        let data = answer.data.filter(|_| calls).unwrap_or_default();
        let response = MsgExecuteContractResponse::decode(data.as_slice());
        Ok(Receipt {
            events: answer.events.into_iter().map(event).collect(),
            data: response.expect("the host answers in protobuf").data,
        })
    }

    fn query_bytes(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>, String> {
        let request: QueryRequest<Empty> = WasmQuery::Smart {
            contract_addr: contract.to_owned(),
            msg: question.into(),
        }
        .into();
        let request = to_json_vec(&request).expect("a request is JSON");
        let answer = self.host.wrap().raw_query(&request);
        let answer = answer.into_result().map_err(|error| error.to_string())?;
        Ok(answer.into_result()?.to_vec())
    }

    fn dump(&self, contract: &str) -> State {
        self.host.dump_wasm_raw(&Addr::unchecked(contract))
    }

    fn balance(&self, address: &str) -> u128 {
        let coin = self.host.wrap().query_balance(address, DENOM);
        let amount = Uint128::try_from(coin.expect("the bank answers").amount);
        amount.expect("a balance fits 128 bits").u128()
    }

    fn height(&self) -> u64 {
        self.host.block_info().height
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.host.block_info().time.seconds())
    }
}

impl Native {
    /// Begins a chain on which other code than the contracts' Rust stands for their wasm.
    #[must_use]
    pub fn begin_with(setup: &Setup, code: Code) -> Self {
        let block = BlockInfo {
            height: 0,
            time: Timestamp::from_seconds(setup.time.0),
            chain_id: CHAIN_ID.to_owned(),
        };
        let host = AppBuilder::new()
            .with_api(MockApi::default().with_prefix(PREFIX))
            .with_wasm(WasmKeeper::new().with_address_generator(ChainAddresses))
            .with_block(block)
            .build(|router, _, storage| {
                for (key, amount) in &setup.accounts {
                    router
                        .bank
                        .init_balance(storage, &address(key), coins(*amount))
                        .expect("the balance is sound");
                }
            });
        Self {
            host,
            earliest: setup.time,
            code,
        }
    }

    /// The message as cw-multi-test takes it; none where it was stored code, which that host does outside transactions.
    fn cosmos(&mut self, sender: &Addr, message: Message) -> Option<CosmosMsg> {
        Some(match message {
            Message::StoreCode { wasm } => {
                self.host
                    .store_code_with_creator(sender.clone(), (self.code)(&wasm));
                return None;
            }
            Message::Send { to, amount } => CosmosMsg::Bank(BankMsg::Send {
                to_address: to,
                amount,
            }),
            Message::Instantiate {
                code_id,
                label,
                msg,
                funds,
                admin,
            } => CosmosMsg::Wasm(WasmMsg::Instantiate {
                admin,
                code_id,
                msg: msg.into(),
                funds,
                label,
            }),
            Message::Instantiate2 {
                code_id,
                label,
                msg,
                funds,
                admin,
                salt,
            } => CosmosMsg::Wasm(WasmMsg::Instantiate2 {
                admin,
                code_id,
                msg: msg.into(),
                funds,
                label,
                salt: salt.into(),
            }),
            Message::Execute {
                contract,
                msg,
                funds,
            } => CosmosMsg::Wasm(WasmMsg::Execute {
                contract_addr: contract,
                msg: msg.into(),
                funds,
            }),
            Message::Migrate {
                contract,
                code_id,
                msg,
            } => CosmosMsg::Wasm(WasmMsg::Migrate {
                contract_addr: contract,
                new_code_id: code_id,
                msg: msg.into(),
            }),
            Message::UpdateAdmin { contract, admin } => CosmosMsg::Wasm(WasmMsg::UpdateAdmin {
                contract_addr: contract,
                admin,
            }),
            Message::ClearAdmin { contract } => CosmosMsg::Wasm(WasmMsg::ClearAdmin {
                contract_addr: contract,
            }),
        })
    }
}

fn address(key: &AccountKey) -> Addr {
    Addr::unchecked(key.address(PREFIX))
}

/// The Rust contract whose wasm this is.
fn code(wasm: &[u8]) -> Box<dyn Contract<Empty>> {
    let checksum = Checksum::generate(wasm);
    let name = artifact::NAMES
        .into_iter()
        .find(|name| artifact::wasm(name) == wasm)
        .expect("only the contracts of this project run natively");
    macro_rules! wrap {
        ($contract:ident) => {
            ContractWrapper::new(
                $contract::contract::execute,
                $contract::contract::instantiate,
                $contract::contract::query,
            )
        };
    }
    match name {
        "registry" => Box::new(wrap!(commons_registry).with_checksum(checksum)),
        "roll" => Box::new(wrap!(commons_roll).with_checksum(checksum)),
        "assembly" => Box::new(wrap!(commons_assembly).with_checksum(checksum)),
        "survey" => Box::new(wrap!(commons_survey).with_checksum(checksum)),
        // `with_reply` forgets the checksum.
        _ => Box::new(
            wrap!(commons_trust)
                .with_reply(commons_trust::contract::reply)
                .with_checksum(checksum),
        ),
    }
}

fn event(event: cosmwasm_std::Event) -> Event {
    let attributes = event.attributes.into_iter();
    Event {
        kind: event.ty,
        attributes: attributes.map(|a| (a.key, a.value)).collect(),
    }
}
