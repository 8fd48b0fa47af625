//! L4: the same blocks again, on one thread and on sixteen, under other languages, time zones and logging: equal records.

use std::process::Command;

use commons_node::Node;
use sha2::{Digest, Sha256};

use crate::accounts::{account, deploy, execute, next_block, node};

/// A chain with contracts, failing transactions and transfers.
fn played() -> Node {
    let mut node = node();
    let contract = deploy(&mut node);
    for n in 0..4u64 {
        let msg = format!("{{\"n\":{n}}}");
        node.broadcast(execute(&account(0), n + 2, &contract, &msg))
            .unwrap();
        node.broadcast(account(1).send(2 * n, &account(2), 1))
            .unwrap();
        // More than there is.
        node.broadcast(account(1).send(2 * n + 1, &account(0), u128::MAX))
            .unwrap();
        next_block(&mut node);
    }
    node
}

/// SHA-256 over every record, results and signatures included.
fn digest(node: &Node) -> String {
    let mut hash = Sha256::new();
    for height in 1..=node.height() {
        hash.update(node.block(height).unwrap().unwrap().encode());
    }
    hex::encode(hash.finalize())
}

#[test]
fn l4_same_blocks_on_one_thread_and_on_sixteen_give_equal_records() {
    let alone = played();
    let wanted = (digest(&alone), alone.root());
    let found: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    let node = played();
                    (digest(&node), node.root())
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(found, vec![wanted; 16]);
}

/// Not a test of its own: says what this process comes to.
#[test]
#[ignore = "run by the test below as a process of its own"]
fn child_says_its_digest() {
    println!("digest {}", digest(&played()));
}

#[test]
fn l4_environment_changes_no_record() {
    let wanted = digest(&played());
    let environments = [
        [("LANG", "C"), ("TZ", "UTC"), ("RUST_LOG", "off")],
        [
            ("LANG", "tr_TR.UTF-8"),
            ("TZ", "Asia/Kathmandu"),
            ("RUST_LOG", "trace"),
        ],
        [
            ("LC_ALL", "ar_EG.UTF-8"),
            ("TZ", "America/St_Johns"),
            ("RUST_BACKTRACE", "full"),
        ],
    ];
    for environment in environments {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "l4_again::child_says_its_digest",
                "--ignored",
                "--nocapture",
            ])
            .envs(environment)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(
            said.contains(&format!("digest {wanted}")),
            "{environment:?}: {said}"
        );
    }
}
