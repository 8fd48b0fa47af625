//! L5: a reader that asks for several keys while blocks are committed sees one height.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use commons_node::State;

use crate::accounts::{BALANCE, DENOM, account, next_block, node};

/// Two accounts that only pay each other: at any one height their balances add up, between heights they need not.
fn sum(node_ledger: &commons_ledger::Ledger, state: &State) -> (u128, u64) {
    let of = |n| {
        let address = account(n).address;
        let balance = node_ledger.balance(state, &address, DENOM).unwrap();
        let account = node_ledger.account(state, &address).unwrap().unwrap();
        (balance, account.sequence)
    };
    let (first, sequence) = of(0);
    std::thread::yield_now();
    let (second, _) = of(1);
    // Each block moves one coin more to the second account: the height, told by three keys apart.
    assert_eq!(first + u128::from(sequence), BALANCE);
    assert_eq!(second - u128::from(sequence), BALANCE);
    (first + second, sequence)
}

#[test]
fn l5_pinned_reader_sees_one_height_while_blocks_are_committed() {
    let mut node = node();
    let done = AtomicBool::new(false);
    let (send, receive) = mpsc::sync_channel::<State>(4);
    let ledger = node.ledger().clone();
    std::thread::scope(|scope| {
        let (done, ledger) = (&done, &ledger);
        let reader = scope.spawn(move || {
            let mut held = Vec::new();
            let mut reads = 0u32;
            while let Ok(state) = receive.recv() {
                let seen = sum(ledger, &state);
                assert_eq!(seen.0, 2 * BALANCE);
                held.push((state, seen));
                // Every state that is held still, again, whatever was committed since.
                for (state, seen) in &held {
                    assert_eq!(sum(ledger, state), *seen);
                    reads += 1;
                }
            }
            assert!(done.load(Ordering::SeqCst));
            let heights: Vec<u64> = held.iter().map(|(_, (_, sequence))| *sequence).collect();
            (heights, reads)
        });
        for n in 0..30u64 {
            send.send(node.state().unwrap()).unwrap();
            node.broadcast(account(0).send(n, &account(1), 1)).unwrap();
            next_block(&mut node);
        }
        done.store(true, Ordering::SeqCst);
        drop(send);
        let (heights, reads) = reader.join().unwrap();
        assert_eq!(heights, (0..30).collect::<Vec<u64>>());
        assert_eq!(reads, 30 * 31 / 2);
    });
}
