//! A contact as a directory holds it: in one piece of memory, so that 100,000 of them take little.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

use super::{Contact, ContactRef};

/// A contact in compact binary, about a quarter of the memory that its single texts would take. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedContact(Arc<[u8]>);

impl PackedContact {
    /// The contact, read in place.
    pub fn contact(&self) -> Option<ContactRef<'_>> {
        // Only what was written here is read, and it can be.
        postcard::from_bytes(&self.0).ok()
    }

    /// All of the contact in bytes, to compare it with others.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&ContactRef<'_>> for PackedContact {
    fn from(contact: &ContactRef<'_>) -> Self {
        // Serialising plain structs into memory has no way to fail.
        Self(postcard::to_extend(contact, Vec::new()).unwrap_or_default().into())
    }
}

impl From<&Contact> for PackedContact {
    fn from(contact: &Contact) -> Self {
        Self::from(&contact.borrowed())
    }
}

/// As the contact itself.
impl Serialize for PackedContact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let contact = self.contact().ok_or_else(|| S::Error::custom("a contact that was not packed here"))?;
        contact.serialize(serializer)
    }
}

/// As the contact itself.
impl<'de> Deserialize<'de> for PackedContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ContactRef::deserialize(deserializer).map(|contact| Self::from(&contact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{Picture, PictureKind};

    #[test]
    fn a_packed_contact_is_kept_as_the_contact_itself() {
        let contact = Contact {
            last_name: "Lefèvre".into(),
            phone: "204".into(),
            presence: true,
            picture: Some(Picture { kind: PictureKind::Png, bytes: vec![0, 200, 7] }),
            ..Contact::default()
        };
        let packed = PackedContact::from(&contact);
        assert_eq!(packed.contact().map(|lent| lent.to_contact()), Some(contact.clone()));

        // Directories of earlier versions hold plain contacts.
        let plain = postcard::to_extend(&contact, Vec::new()).unwrap();
        assert_eq!(postcard::to_extend(&packed, Vec::new()).unwrap(), plain);
        assert_eq!(postcard::from_bytes::<PackedContact>(&plain), Ok(packed));
    }
}
