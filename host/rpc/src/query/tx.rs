//! Questions to the service `tx`: simulation, and transactions of the past. Sending one is not a question: gRPC does it by itself.

use commons_ledger::TxResult;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::{
    GasInfo, Result as Outcome, TxMsgData, TxResponse,
};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    GetTxRequest, GetTxResponse, GetTxsEventRequest, GetTxsEventResponse, OrderBy, SimulateRequest,
    SimulateResponse, Tx, TxDecodeRequest, TxDecodeResponse, TxEncodeRequest, TxEncodeResponse,
};
use prost::Message as _;
use sha2::{Digest, Sha256};
use tendermint_proto::v0_38::abci::{Event, ExecTxResult};

use super::{Answer, Asked, QueryFailure, ask};
use crate::hexadecimal;
use crate::index::search::SearchError;
use crate::index::{Position, events, grammar};

/// Transactions of a page unless less is asked for, and the most.
const PAGE: u64 = 100;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "Simulate" => ask(asked, request, simulate),
        "GetTx" => ask(asked, request, get),
        "GetTxsEvent" => ask(asked, request, search),
        "TxDecode" => ask(asked, request, decode),
        "TxEncode" => ask(asked, request, encode),
        _ => None,
    }
}

#[expect(
    deprecated,
    reason = "old clients send the transaction in its old place, and read data there"
)]
fn simulate(asked: &Asked<'_>, request: SimulateRequest) -> Result<SimulateResponse, QueryFailure> {
    let bytes = match request.tx {
        Some(tx) if request.tx_bytes.is_empty() => tx.encode_to_vec(),
        _ => request.tx_bytes,
    };
    if bytes.is_empty() {
        return Err(QueryFailure::invalid("empty txBytes is not allowed"));
    }
    let result = asked.view.simulate(&bytes)?;
    let TxResult {
        gas_used,
        data,
        log,
        ..
    } = result;
    if result.code != 0 {
        let text = format!("{log} with gas used: '{gas_used}'");
        return Err(QueryFailure::unknown(text));
    }
    let responses = TxMsgData::decode(data.as_slice()).unwrap_or_default();
    let outcome = Outcome {
        data,
        log,
        events: unmarked(events(&result.events)),
        msg_responses: responses.msg_responses,
    };
    // As wasmd says it: what a block may use, or all there is.
    let gas_info = GasInfo {
        gas_wanted: asked.view.genesis().params.max_gas.unwrap_or(u64::MAX),
        gas_used,
    };
    Ok(SimulateResponse {
        gas_info: Some(gas_info),
        result: Some(outcome),
    })
}

/// Events of what is in no block: nothing in them is for an index.
fn unmarked(mut events: Vec<Event>) -> Vec<Event> {
    for attribute in events.iter_mut().flat_map(|event| &mut event.attributes) {
        attribute.index = false;
    }
    events
}

fn get(asked: &Asked<'_>, request: GetTxRequest) -> Result<GetTxResponse, QueryFailure> {
    if request.hash.is_empty() {
        return Err(QueryFailure::invalid("tx hash cannot be empty"));
    }
    let hash = hexadecimal::read(&request.hash).map_err(QueryFailure::plain)?;
    let missing = || QueryFailure::not_found(format!("tx not found: {}", request.hash));
    let position = asked.shared.index.position(&hash)?.ok_or_else(missing)?;
    let (tx, response) = found(asked, position)?.ok_or_else(missing)?;
    Ok(GetTxResponse {
        tx: Some(tx),
        tx_response: Some(response),
    })
}

#[expect(deprecated, reason = "old clients ask by the old fields")]
fn search(
    asked: &Asked<'_>,
    request: GetTxsEventRequest,
) -> Result<GetTxsEventResponse, QueryFailure> {
    let query = match request.query.as_str() {
        "" => request.events.join(" AND "),
        query => query.to_owned(),
    };
    if query.is_empty() {
        return Err(QueryFailure::invalid("query cannot be empty"));
    }
    let conditions = grammar::parse(&query).map_err(QueryFailure::plain)?;
    let mut positions = asked
        .shared
        .index
        .search(&conditions)
        .map_err(|error| match error {
            SearchError::Question(text) => QueryFailure::plain(text),
            SearchError::Index(error) => error.into(),
        })?;
    if request.order_by == i32::from(OrderBy::Desc) {
        positions.reverse();
    }
    let limit = match request.limit {
        0 => PAGE,
        limit => limit.min(PAGE),
    };
    let start = request.page.saturating_sub(1).saturating_mul(limit);
    let total = u64::try_from(positions.len()).unwrap_or(u64::MAX);
    let mut answer = GetTxsEventResponse {
        pagination: Some(PageResponse {
            next_key: Vec::new(),
            total,
        }),
        total,
        ..GetTxsEventResponse::default()
    };
    let (start, limit) = (usize::try_from(start), usize::try_from(limit));
    let (start, limit) = (start.unwrap_or(usize::MAX), limit.unwrap_or(usize::MAX));
    for position in positions.into_iter().skip(start).take(limit) {
        if let Some((tx, response)) = found(asked, position)? {
            answer.txs.push(tx);
            answer.tx_responses.push(response);
        }
    }
    Ok(answer)
}

/// A transaction of the past, with what became of it.
fn found(asked: &Asked<'_>, at: Position) -> Result<Option<(Tx, TxResponse)>, QueryFailure> {
    let Some(record) = asked.view.block(at.height)? else {
        return Ok(None);
    };
    let tx = usize::try_from(at.index)
        .ok()
        .and_then(|index| record.txs.get(index));
    let (Some(bytes), Some(result)) = (tx, asked.shared.index.result(at)?) else {
        return Ok(None);
    };
    let tx = Tx::decode(bytes.as_slice());
    let tx = tx.map_err(|error| QueryFailure::unknown(error.to_string()))?;
    let height = i64::try_from(at.height).unwrap_or(i64::MAX);
    // Seconds, as the SDK writes it.
    let time = record.header.time.to_rfc3339();
    let time = time
        .get(..19)
        .map_or_else(|| time.clone(), |seconds| format!("{seconds}Z"));
    Ok(Some((tx, response(bytes, result, (height, time)))))
}

fn response(tx: &[u8], result: ExecTxResult, at: (i64, String)) -> TxResponse {
    TxResponse {
        height: at.0,
        txhash: hex::encode_upper(Sha256::digest(tx)),
        codespace: result.codespace,
        code: result.code,
        data: hex::encode_upper(&result.data),
        raw_log: result.log,
        logs: Vec::new(),
        info: result.info,
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        // `Tx` and `TxRaw` are the same on the wire.
        tx: Some(Any {
            type_url: "/cosmos.tx.v1beta1.Tx".to_owned(),
            value: tx.to_vec(),
        }),
        timestamp: at.1,
        events: result.events,
    }
}

fn decode(_: &Asked<'_>, request: TxDecodeRequest) -> Result<TxDecodeResponse, QueryFailure> {
    if request.tx_bytes.is_empty() {
        return Err(QueryFailure::invalid("invalid empty tx bytes"));
    }
    let tx = Tx::decode(request.tx_bytes.as_slice());
    let tx = tx.map_err(|error| QueryFailure::plain(error.to_string()))?;
    Ok(TxDecodeResponse { tx: Some(tx) })
}

fn encode(_: &Asked<'_>, request: TxEncodeRequest) -> Result<TxEncodeResponse, QueryFailure> {
    let empty = || QueryFailure::invalid("invalid empty tx");
    let tx = request.tx.ok_or_else(empty)?;
    Ok(TxEncodeResponse {
        tx_bytes: tx.encode_to_vec(),
    })
}
