//! The classes `confirm` (85) and `tx` (90).

use fourwire::amqp::{MethodId, confirm, tx};

use super::layout::layout;

#[test]
fn confirm_select() {
    layout("0055 000A 01", confirm::Select { no_wait: true }).sent_by_client(&[MethodId::ConfirmSelectOk]);
}

#[test]
fn confirm_select_ok() {
    layout("0055 000B", confirm::SelectOk {}).answers(confirm::Select::default());
}

#[test]
fn tx_select() {
    layout("005A 000A", tx::Select {}).sent_by_client(&[MethodId::TxSelectOk]);
}

#[test]
fn tx_select_ok() {
    layout("005A 000B", tx::SelectOk {}).answers(tx::Select {});
}

#[test]
fn tx_commit() {
    layout("005A 0014", tx::Commit {}).sent_by_client(&[MethodId::TxCommitOk]);
}

#[test]
fn tx_commit_ok() {
    layout("005A 0015", tx::CommitOk {}).answers(tx::Commit {});
}

#[test]
fn tx_rollback() {
    layout("005A 001E", tx::Rollback {}).sent_by_client(&[MethodId::TxRollbackOk]);
}

#[test]
fn tx_rollback_ok() {
    layout("005A 001F", tx::RollbackOk {}).answers(tx::Rollback {});
}
