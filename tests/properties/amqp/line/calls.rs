//! Calls: which are answered, with what, and which break a rule.

use fourwire::amqp::{Method, MethodId, basic, confirm, queue, tx};

use super::books::Books;

/// Whether the server closes the channel for this.
pub fn breaks_a_rule(books: &Books, call: &Method<'_>) -> bool {
    match call {
        Method::ConfirmSelect(_) => books.transactions,
        Method::TxSelect(_) => books.confirms,
        Method::TxCommit(_) | Method::TxRollback(_) => !books.transactions,
        _ => false,
    }
}

/// Whether an answer comes.
pub fn is_answered(call: &Method<'_>) -> bool {
    match call {
        Method::ConfirmSelect(select) => !select.no_wait,
        Method::BasicConsume(consume) => !consume.no_wait,
        Method::BasicCancel(cancel) => !cancel.no_wait,
        Method::QueueDeclare(declare) => !declare.no_wait,
        Method::BasicRecoverAsync(_) => false,
        _ => true,
    }
}

/// The answer to this call, without a word more.
pub fn answer_to(call: MethodId) -> Method<'static> {
    match call {
        MethodId::BasicGet => basic::GetEmpty {}.into(),
        MethodId::BasicQos => basic::QosOk {}.into(),
        MethodId::BasicConsume => basic::ConsumeOk::default().into(),
        MethodId::BasicCancel => basic::CancelOk::default().into(),
        MethodId::ConfirmSelect => confirm::SelectOk {}.into(),
        MethodId::TxSelect => tx::SelectOk {}.into(),
        MethodId::TxCommit => tx::CommitOk {}.into(),
        MethodId::TxRollback => tx::RollbackOk {}.into(),
        MethodId::QueueDeclare => queue::DeclareOk::default().into(),
        other => panic!("{other:?} has no answer of the application's"),
    }
}
