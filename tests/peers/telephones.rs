//! The telephones among themselves: what the harness says of them holds without a console.

use cordboard_tests::baresip::{Phone, WhenCalled};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::{Told, story};

#[test]
fn two_telephones_hear_each_other_through_kamailio() -> Told {
    story(async |stage| {
        let pbx = Kamailio::start(stage).await?;
        let mut anna = Phone::start(stage, &pbx, 201, WhenCalled::Ring).await?;
        let mut ben = Phone::start(stage, &pbx, 202, WhenCalled::Ring).await?;

        anna.dial(&ben.number()).await?;
        ben.rings().await?;
        ben.accept().await?;
        anna.talks().await?;
        anna.hears_tone(ben.tone()).await?;
        ben.hears_tone(anna.tone()).await?;
        assert!(ben.recorded()?.last(0.5).share_of(anna.tone()) > 0.8);

        anna.hold().await?;
        ben.hears_nothing().await?;
        anna.resume().await?;
        ben.hears_tone(anna.tone()).await?;

        anna.hang_up().await?;
        ben.is_free().await
    })
}
