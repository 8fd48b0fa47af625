//! A chain over the network: what a wallet asks it, and how a transaction becomes one of its blocks. One code path for the
//! local node and for real chains, which differ by their [`Network`] alone. Owns the paths of questions and what an unusable
//! answer is; holds no key, and never retries what could act twice.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    BaseAccount, ModuleAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryAllBalancesRequest, QueryAllBalancesResponse};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    ContractInfo, QueryContractInfoRequest, QueryContractInfoResponse,
    QueryRawContractStateRequest, QueryRawContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use cosmwasm_std::{Coin, Uint128};
use prost::{Message, Name as _};

use crate::error::ClientError;
use crate::network::Network;
use crate::rpc::{AbciResponse, Bounds, Broadcast, FoundTx, Rpc, Status};

/// Pages of balances at most: an account with more is shown in part by other tools too.
const PAGES: u32 = 20;

/// See the module.
#[derive(Debug)]
pub struct RemoteChain {
    rpc: Rpc,
    network: Network,
    status: Status,
}

/// An account on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub number: u64,
    /// Transactions it made.
    pub sequence: u64,
}

impl RemoteChain {
    /// Asks the network's nodes who they are.
    ///
    /// # Errors
    /// `Rpc`, `OtherChain` when the node is of another chain than the network's file says.
    pub fn connect(network: Network, bounds: Bounds) -> Result<Self, ClientError> {
        let rpc = Rpc::new(network.rpc.clone(), bounds);
        let status = rpc.status()?;
        if status.node_info.network != network.chain_id {
            return Err(ClientError::OtherChain {
                found: status.node_info.network,
                expected: network.chain_id,
            });
        }
        Ok(Self {
            rpc,
            network,
            status,
        })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// What the node said of itself when it was first asked.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// The node itself, for what is not about accounts and contracts.
    #[must_use]
    pub const fn rpc(&self) -> &Rpc {
        &self.rpc
    }

    /// Number and sequence of an account; none if the chain has none of this address.
    ///
    /// # Errors
    /// `Rpc`, `Query`, `Answer`.
    pub fn account(&self, address: &str) -> Result<Option<Account>, ClientError> {
        const PATH: &str = "/cosmos.auth.v1beta1.Query/Account";
        let request = QueryAccountRequest {
            address: address.to_owned(),
        };
        let found = match self.question(PATH, &request) {
            Err(ClientError::Query { code: 22, .. }) => return Ok(None),
            Err(ClientError::Query { log, .. }) if log.contains("code = NotFound") => {
                return Ok(None);
            }
            other => other?,
        };
        let answer: QueryAccountResponse = read(PATH, &found.value)?;
        let Some(any) = answer.account else {
            return Ok(None);
        };
        let base = base_account(&any).ok_or_else(|| ClientError::Answer {
            path: PATH,
            why: format!("an account of type {:?} is not known", any.type_url),
        })?;
        Ok(Some(Account {
            number: base.account_number,
            sequence: base.sequence,
        }))
    }

    /// Everything an account holds, by denomination.
    ///
    /// # Errors
    /// `Rpc`, `Query`, `Answer`.
    pub fn balances(&self, address: &str) -> Result<Vec<Coin>, ClientError> {
        const PATH: &str = "/cosmos.bank.v1beta1.Query/AllBalances";
        let (mut coins, mut key) = (Vec::new(), Vec::new());
        for _ in 0..PAGES {
            let request = QueryAllBalancesRequest {
                address: address.to_owned(),
                pagination: Some(PageRequest {
                    key,
                    ..PageRequest::default()
                }),
                ..QueryAllBalancesRequest::default()
            };
            let answer: QueryAllBalancesResponse = self.ask(PATH, &request, 0)?;
            for coin in answer.balances {
                let amount: Uint128 = coin.amount.parse().map_err(|_| ClientError::Answer {
                    path: PATH,
                    why: format!("{:?} is no amount", coin.amount),
                })?;
                coins.push(Coin::new(amount, coin.denom));
            }
            key = answer.pagination.unwrap_or_default().next_key;
            if key.is_empty() {
                break;
            }
        }
        Ok(coins)
    }

    /// Asks a contract: JSON in, JSON out. A `height` of 0 is the last block.
    ///
    /// # Errors
    /// `Rpc`, `Query` also when the contract refuses, `Answer`.
    pub fn smart(&self, contract: &str, msg: &[u8], height: u64) -> Result<Vec<u8>, ClientError> {
        let request = QuerySmartContractStateRequest {
            address: contract.to_owned(),
            query_data: msg.to_vec(),
        };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer: QuerySmartContractStateResponse = self.ask(path, &request, height)?;
        Ok(answer.data)
    }

    /// One value of a contract's storage; empty if there is none, as chains have it.
    ///
    /// # Errors
    /// `Rpc`, `Query`, `Answer`.
    pub fn raw(&self, contract: &str, key: &[u8], height: u64) -> Result<Vec<u8>, ClientError> {
        let request = QueryRawContractStateRequest {
            address: contract.to_owned(),
            query_data: key.to_vec(),
        };
        let path = "/cosmwasm.wasm.v1.Query/RawContractState";
        let answer: QueryRawContractStateResponse = self.ask(path, &request, height)?;
        Ok(answer.data)
    }

    /// Code, admin, label and creator of a contract.
    ///
    /// # Errors
    /// `Rpc`, `Query`, `Answer`.
    pub fn contract_info(&self, contract: &str) -> Result<ContractInfo, ClientError> {
        const PATH: &str = "/cosmwasm.wasm.v1.Query/ContractInfo";
        let request = QueryContractInfoRequest {
            address: contract.to_owned(),
        };
        let answer: QueryContractInfoResponse = self.ask(PATH, &request, 0)?;
        answer.contract_info.ok_or_else(|| ClientError::Answer {
            path: PATH,
            why: "there is no contract in it".to_owned(),
        })
    }

    /// Gas that a transaction would use now.
    ///
    /// # Errors
    /// `Rpc`, `Query` also when it would fail, `Answer`.
    pub fn simulate(&self, tx: Vec<u8>) -> Result<u64, ClientError> {
        const PATH: &str = "/cosmos.tx.v1beta1.Service/Simulate";
        let request = SimulateRequest {
            tx_bytes: tx,
            ..SimulateRequest::default()
        };
        let answer: SimulateResponse = self.ask(PATH, &request, 0)?;
        let gas = answer.gas_info.ok_or_else(|| ClientError::Answer {
            path: PATH,
            why: "there is no gas in it".to_owned(),
        })?;
        Ok(gas.gas_used)
    }

    /// Hands a signed transaction to the node. See [`Rpc::broadcast`].
    ///
    /// # Errors
    /// `Rpc`.
    pub fn broadcast(&self, tx: &[u8]) -> Result<Broadcast, ClientError> {
        Ok(self.rpc.broadcast(tx)?)
    }

    /// A transaction by its hash, if a block has it.
    ///
    /// # Errors
    /// `Rpc`.
    pub fn find(&self, hash: &str) -> Result<Option<FoundTx>, ClientError> {
        Ok(self.rpc.find(hash)?)
    }

    fn ask<T: Message + Default>(
        &self,
        path: &'static str,
        request: &impl Message,
        height: u64,
    ) -> Result<T, ClientError> {
        let data = request.encode_to_vec();
        let answer = answered(self.rpc.abci_query(path, &data, height, false)?)?;
        read(path, &answer.value)
    }

    fn question(
        &self,
        path: &'static str,
        request: &impl Message,
    ) -> Result<AbciResponse, ClientError> {
        let data = request.encode_to_vec();
        answered(self.rpc.abci_query(path, &data, 0, false)?)
    }
}

/// An application's refusal as an error.
///
/// # Errors
/// `Query`.
pub fn answered(answer: AbciResponse) -> Result<AbciResponse, ClientError> {
    if answer.code == 0 {
        return Ok(answer);
    }
    Err(ClientError::Query {
        code: answer.code,
        codespace: answer.codespace,
        log: answer.log,
    })
}

fn read<T: Message + Default>(path: &'static str, bytes: &[u8]) -> Result<T, ClientError> {
    T::decode(bytes).map_err(|error| ClientError::Answer {
        path,
        why: error.to_string(),
    })
}

/// The account inside any kind of account. Module accounts and every kind of vesting account hold it, as first field of their
/// first field.
fn base_account(any: &Any) -> Option<BaseAccount> {
    /// A message whose first field is a message.
    #[derive(Clone, PartialEq, prost::Message)]
    struct Outer {
        #[prost(bytes = "vec", tag = "1")]
        inner: Vec<u8>,
    }
    let first = |bytes: &[u8]| Outer::decode(bytes).ok().map(|outer| outer.inner);
    let value = any.value.as_slice();
    let bytes = if any.type_url == BaseAccount::type_url() {
        value.to_vec()
    } else if any.type_url == ModuleAccount::type_url()
        || any.type_url == "/cosmos.vesting.v1beta1.BaseVestingAccount"
    {
        first(value)?
    } else if any.type_url.starts_with("/cosmos.vesting.v1beta1.") {
        first(&first(value)?)?
    } else {
        return None;
    };
    BaseAccount::decode(bytes.as_slice()).ok()
}
