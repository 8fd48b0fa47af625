//! Questions to the modules of the chain, each written once: bytes of protobuf in, bytes out, by the name of the gRPC method. `abci_query`
//! and gRPC both come here. It changes nothing.

// Requests come by value: the shape that `ask` asks for.
#![allow(clippy::needless_pass_by_value)]

mod auth;
mod bank;
mod cometbft;
mod failure;
pub(crate) mod height;
mod node;
mod page;
mod staking;
mod tx;
mod wasm;

use std::sync::Arc;

use commons_node::View;
use prost::Message;

pub(crate) use failure::{Kind, QueryFailure};

use crate::shared::Shared;

/// What a question is answered from: one state, and the index beside it.
pub(crate) struct Asked<'a> {
    pub(crate) view: &'a View,
    pub(crate) shared: &'a Arc<Shared>,
}

type Answer = Result<Vec<u8>, QueryFailure>;

/// Answers the method with this path; none if there is no such method.
pub(crate) fn answer(asked: &Asked<'_>, path: &str, request: &[u8]) -> Option<Answer> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    match service {
        "cosmos.auth.v1beta1.Query" => auth::answer(asked, method, request),
        "cosmos.bank.v1beta1.Query" => bank::answer(asked, method, request),
        "cosmos.staking.v1beta1.Query" => staking::answer(asked, method, request),
        "cosmos.tx.v1beta1.Service" => tx::answer(asked, method, request),
        "cosmos.base.tendermint.v1beta1.Service" => cometbft::answer(asked, method, request),
        "cosmos.base.node.v1beta1.Service" => node::answer(asked, method, request),
        "cosmwasm.wasm.v1.Query" => wasm::answer(asked, method, request),
        _ => None,
    }
}

/// Reads the request, asks, and writes the response.
fn ask<Q: Message + Default, R: Message>(
    asked: &Asked<'_>,
    request: &[u8],
    question: impl FnOnce(&Asked<'_>, Q) -> Result<R, QueryFailure>,
) -> Option<Answer> {
    let request = Q::decode(request).map_err(|error| QueryFailure::plain(error.to_string()));
    let response = request.and_then(|request| question(asked, request));
    Some(response.map(|response| response.encode_to_vec()))
}

impl Asked<'_> {
    /// The bytes of an address, or the SDK's words for what is none.
    fn address(&self, text: &str) -> Result<Vec<u8>, String> {
        self.view.ledger().address_bytes(text)
    }

    fn text(&self, address: &[u8]) -> String {
        let text = self.view.ledger().address_text(address);
        text.unwrap_or_default()
    }
}
