//! IndexedDB: what the desk keeps across restarts. The engine is its only owner.

use cordboard_desk::{StoreWrite, Stored, protocol};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::worker;
use crate::pump::Happening;

const DATABASE: &str = "cordboard";
/// Counts changes of the layout below; each step up needs its upgrade.
///
/// 1: directories and facts. 2: the call log as well; nothing of before changes.
const LAYOUT: u32 = 2;
/// Directories with their contacts, one record each, by directory id.
const DIRECTORIES: &str = "directories";
/// Calls that are over, one record each, by their number in the log.
const LOG: &str = "log";
/// Single facts by name.
const FACTS: &str = "facts";
const INSTANCE: &str = "instance";
const DESK: &str = "desk";
const OVERFLOW: &str = "overflow";

/// Opens the store, reads what was kept, and from then on writes what comes through `writes`, in order.
///
/// Nothing of this stops the engine: what fails is told through `happenings` and the shift goes on unsaved. Only when
/// the pump has ended does the worker end, after the last write.
pub(crate) async fn keep(mut writes: UnboundedReceiver<StoreWrite>, happenings: UnboundedSender<Happening>) {
    let complain = |problem: idb::Error| {
        let _ = happenings.unbounded_send(Happening::StoreFailed(problem.to_string()));
    };
    let database = open().await.map_err(complain).ok();
    let (stored, spoilt) = match &database {
        Some(database) => read(database).await.map_err(complain).unwrap_or_default(),
        None => Default::default(),
    };
    let _ = happenings.unbounded_send(Happening::Restored(stored));
    // Only now: a desk that is restored knows nothing of what was told to the one before.
    if spoilt {
        let _ = happenings.unbounded_send(Happening::StoreSpoilt);
    }
    let Some(database) = database else { return };
    let mut next = writes.next().await;
    while let Some(write) = next {
        // A desk that has been overtaken while the disk was busy need not be written any more.
        let newer = writes.try_recv().ok();
        let overtaken = matches!((&write, &newer), (StoreWrite::PutDesk(_), Some(StoreWrite::PutDesk(_))));
        if !overtaken && let Err(problem) = apply(&database, write).await {
            complain(problem);
        }
        next = match newer {
            Some(newer) => Some(newer),
            None => writes.next().await,
        };
    }
    // The pump has nothing more to say: it has handed over.
    worker::close();
}

async fn open() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(LAYOUT))?;
    request.on_upgrade_needed(|event| {
        // An upgrade that fails shows as a failed read right after.
        let Ok(database) = event.database() else { return };
        for name in [DIRECTORIES, LOG, FACTS] {
            if !database.store_names().iter().any(|known| known == name) {
                let _ = database.create_object_store(name, ObjectStoreParams::new());
            }
        }
    });
    request.await
}

/// What was kept, and whether some of it could not be read.
async fn read(database: &Database) -> Result<(Stored, bool), idb::Error> {
    let transaction = database.transaction(&[DIRECTORIES, LOG, FACTS], TransactionMode::ReadWrite)?;
    let directories = transaction.object_store(DIRECTORIES)?.get_all(None, None)?.await?;
    let log = transaction.object_store(LOG)?.get_all(None, None)?.await?;
    let kept = directories.len() + log.len();
    let mut stored = Stored { directories: records(directories), log: records(log), ..Stored::default() };
    let mut spoilt = stored.directories.len() + stored.log.len() < kept;
    let facts = transaction.object_store(FACTS)?;
    let instance = facts.get(JsValue::from_str(INSTANCE))?.await?;
    stored.instance = instance.and_then(|value| value.as_string());
    let overflow = facts.get(JsValue::from_str(OVERFLOW))?.await?;
    let has_overflow = overflow.is_some();
    stored.overflow = records(overflow.into_iter().collect()).pop();
    spoilt |= has_overflow && stored.overflow.is_none();
    let desk = facts.get(JsValue::from_str(DESK))?.await?;
    stored.desk = desk.map(|bytes| bytes.unchecked_into::<Uint8Array>().to_vec());
    // Should it be what the engine before stumbled over, it is not stumbled over twice: whoever gets along with it
    // saves anew at once.
    facts.delete(JsValue::from_str(DESK))?.await?;
    transaction.commit()?.await?;
    Ok((stored, spoilt))
}

/// What can be read of the records.
fn records<T: DeserializeOwned>(records: Vec<JsValue>) -> Vec<T> {
    let read = |record: JsValue| protocol::unpack(&record.unchecked_into::<Uint8Array>().to_vec());
    records.into_iter().filter_map(read).collect()
}

/// One write, one transaction: it is there whole or not at all.
async fn apply(database: &Database, write: StoreWrite) -> Result<(), idb::Error> {
    let name = match write {
        StoreWrite::PutDirectory(_) | StoreWrite::RemoveDirectory(_) => DIRECTORIES,
        StoreWrite::PutLogged(_) | StoreWrite::RemoveLogged(_) | StoreWrite::ClearLog => LOG,
        StoreWrite::PutInstance(_) | StoreWrite::PutOverflow(_) | StoreWrite::PutDesk(_) => FACTS,
    };
    let transaction = database.transaction(&[name], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(name)?;
    match write {
        StoreWrite::PutDirectory(directory) => {
            store.put(&record(&directory), Some(&directory.id.0.into()))?.await?;
        }
        StoreWrite::RemoveDirectory(id) => store.delete(JsValue::from(id.0))?.await?,
        StoreWrite::PutLogged(entry) => {
            store.put(&record(&entry), Some(&entry.id.0.into()))?.await?;
        }
        StoreWrite::RemoveLogged(id) => store.delete(JsValue::from(id.0))?.await?,
        StoreWrite::ClearLog => store.clear()?.await?,
        StoreWrite::PutInstance(instance) => {
            store.put(&JsValue::from_str(&instance), Some(&JsValue::from_str(INSTANCE)))?.await?;
        }
        StoreWrite::PutOverflow(overflow) => {
            store.put(&record(&overflow), Some(&JsValue::from_str(OVERFLOW)))?.await?;
        }
        StoreWrite::PutDesk(saved) => {
            store.put(&Uint8Array::from(saved.as_slice()), Some(&JsValue::from_str(DESK)))?.await?;
        }
    }
    transaction.commit()?.await?;
    Ok(())
}

fn record(value: &impl Serialize) -> JsValue {
    Uint8Array::from(protocol::pack(value).as_slice()).into()
}
