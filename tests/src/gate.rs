//! A gate in front of a server: shut, nobody gets through, and the server knows nothing of it.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, spawn_local};

use crate::Failed;

/// An address that leads to another one as long as the gate is open.
#[derive(Debug)]
pub struct Gate {
    at: SocketAddr,
    to: SocketAddr,
    open: Option<JoinHandle<()>>,
    /// Everybody who went through.
    through: Rc<RefCell<Vec<JoinHandle<()>>>>,
}

impl Gate {
    /// An open gate at an address.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn open(at: SocketAddr, to: SocketAddr) -> Result<Self, Failed> {
        let mut gate = Self { at, to, open: None, through: Rc::default() };
        gate.open_again().await?;
        Ok(gate)
    }

    /// Shuts it: whoever is through is cut off, and whoever comes is refused.
    pub async fn shut(&mut self) {
        if let Some(open) = self.open.take() {
            open.abort();
            // The address is free once the task is gone.
            let _ = open.await;
        }
        for connection in self.through.borrow_mut().drain(..) {
            connection.abort();
        }
    }

    /// Opens it again.
    ///
    /// # Errors
    /// When the address has been taken meanwhile.
    pub async fn open_again(&mut self) -> Result<(), Failed> {
        let listener = TcpListener::bind(self.at)
            .await
            .map_err(|problem| Failed::new(format!("{}: {problem}", self.at)))?;
        let (to, through) = (self.to, Rc::clone(&self.through));
        self.open = Some(spawn_local(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let connection = spawn_local(async move {
                    if let Ok(mut server) = TcpStream::connect(to).await {
                        // Either side may end as it likes.
                        let _ = copy_bidirectional(&mut from, &mut server).await;
                    }
                });
                through.borrow_mut().push(connection);
            }
        }));
        Ok(())
    }
}
