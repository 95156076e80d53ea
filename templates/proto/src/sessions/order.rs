//! The order of a session: which actions may open it, and which end it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tonic::codegen::BoxStream;
use tonic::codegen::tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

/// What an action means to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// The action's name.
    pub(super) action: &'static str,
    /// Whether it may be the first of a session.
    pub(super) opens: bool,
    /// Whether it is the last of a session.
    pub(super) ends: bool,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Awaited,
    Open,
    Over,
}

impl Stage {
    /// The stage after an action; or a refusal, if it may not come now.
    fn after(self, turn: Turn) -> Result<Self, Status> {
        match self {
            Self::Awaited if !turn.opens => {
                let message = format!("{} cannot be the first action of a session", turn.action);
                Err(Status::failed_precondition(message))
            }
            Self::Over => Err(Status::failed_precondition("the session is over")),
            Self::Awaited | Self::Open if turn.ends => Ok(Self::Over),
            Self::Awaited | Self::Open => Ok(Self::Open),
        }
    }
}

/// The refusal of an action, on its way to the client past the handler.
#[derive(Debug, Default)]
struct Refusal(Mutex<(Option<Status>, Option<Waker>)>);

impl Refusal {
    fn state(&self) -> MutexGuard<'_, (Option<Status>, Option<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, status: &Status) {
        let mut state = self.state();
        state.0 = Some(status.clone());
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Option<Status> {
        let mut state = self.state();
        state.1 = Some(context.waker().clone());
        state.0.take()
    }
}

/// The actions of one session, in order: none before one that opens it, and none after one that ends it.
///
/// An action that is not known, from a newer client, is passed over.
#[derive(Debug)]
pub struct Actions<M> {
    actions: Streaming<M>,
    turn: fn(&M) -> Option<Turn>,
    stage: Stage,
    refusal: Arc<Refusal>,
}

impl<M> Actions<M> {
    /// The next action; none when the session is over, because of an action that ends it or because the client ended it.
    ///
    /// # Errors
    ///
    /// `FAILED_PRECONDITION` if the first action is none that opens a session, or what is wrong with the stream.
    pub async fn message(&mut self) -> Result<Option<M>, Status> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl<M> Stream for Actions<M> {
    type Item = Result<M, Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while this.stage != Stage::Over {
            let action = match ready!(Pin::new(&mut this.actions).poll_next(context)) {
                Some(Ok(action)) => action,
                last => {
                    this.stage = Stage::Over;
                    return Poll::Ready(last);
                }
            };
            let Some(turn) = (this.turn)(&action) else {
                continue;
            };
            match this.stage.after(turn) {
                Ok(stage) => this.stage = stage,
                Err(refusal) => {
                    this.stage = Stage::Over;
                    this.refusal.set(&refusal);
                    return Poll::Ready(Some(Err(refusal)));
                }
            }
            return Poll::Ready(Some(Ok(action)));
        }
        Poll::Ready(None)
    }
}

/// What a session answers with, until it is over: after the reply to the action that ends it, or with the refusal of an action,
/// whatever the handler made of it.
struct Events<E> {
    events: Option<BoxStream<E>>,
    ends: fn(&E) -> bool,
    refusal: Arc<Refusal>,
}

impl<E> Stream for Events<E> {
    type Item = Result<E, Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(events) = &mut this.events else {
            return Poll::Ready(None);
        };
        let next = match this.refusal.poll(context) {
            Some(refusal) => Some(Err(refusal)),
            None => ready!(events.as_mut().poll_next(context)),
        };
        let goes_on = matches!(&next, Some(Ok(event)) if !(this.ends)(event));
        if !goes_on {
            this.events = None;
        }
        Poll::Ready(next)
    }
}

/// Gives a handler the actions of a session in order, and its client what the handler answers until the session is over.
pub(super) async fn keep<M, E, S, H>(
    request: Request<Streaming<M>>,
    turn: fn(&M) -> Option<Turn>,
    ends: fn(&E) -> bool,
    handler: impl FnOnce(Request<Actions<M>>) -> H,
) -> Result<Response<BoxStream<E>>, Status>
where
    E: 'static,
    S: Stream<Item = Result<E, Status>> + Send + 'static,
    H: Future<Output = Result<Response<S>, Status>>,
{
    let refusal = Arc::new(Refusal::default());
    let request = request.map(|actions| Actions {
        actions,
        turn,
        stage: Stage::Awaited,
        refusal: Arc::clone(&refusal),
    });
    let response = handler(request).await?;
    Ok(response.map(|events| -> BoxStream<E> {
        let events: BoxStream<E> = Box::pin(events);
        Box::pin(Events {
            events: Some(events),
            ends,
            refusal,
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENS: Turn = Turn {
        action: "Open",
        opens: true,
        ends: false,
    };
    const WITHIN: Turn = Turn {
        action: "Add",
        opens: false,
        ends: false,
    };
    const ENDS: Turn = Turn {
        action: "Pay",
        opens: false,
        ends: true,
    };

    fn stages(turns: &[Turn]) -> Result<Stage, String> {
        let mut stage = Stage::Awaited;
        for turn in turns {
            stage = stage
                .after(*turn)
                .map_err(|status| format!("{:?}: {}", status.code(), status.message()))?;
        }
        Ok(stage)
    }

    #[test]
    fn a_session_is_opened_first_and_is_over_after_its_end() {
        assert_eq!(stages(&[]), Ok(Stage::Awaited));
        assert_eq!(stages(&[OPENS, WITHIN, OPENS]), Ok(Stage::Open));
        assert_eq!(stages(&[OPENS, ENDS]), Ok(Stage::Over));
        assert_eq!(
            stages(&[Turn {
                ends: true,
                ..OPENS
            }]),
            Ok(Stage::Over)
        );
        let first = |action| {
            Err(format!(
                "FailedPrecondition: {action} cannot be the first action of a session"
            ))
        };
        assert_eq!(stages(&[WITHIN]), first("Add"));
        assert_eq!(stages(&[ENDS]), first("Pay"));
        let over = Err("FailedPrecondition: the session is over".to_owned());
        assert_eq!(stages(&[OPENS, ENDS, WITHIN]), over);
        assert_eq!(stages(&[OPENS, ENDS, OPENS]), over);
    }
}
