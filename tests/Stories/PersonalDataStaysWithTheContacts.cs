using LocalHost.Sandbox;

namespace Stories.Tests;

/// <summary>When it is purged there. That it stands nowhere else is shown on the official engine (tests/Platform).</summary>
[Collection(OnAzurite.Name)]
public sealed class PersonalDataStaysWithTheContacts(StorageFixture storage)
{
    [Fact]
    public async Task What_is_on_its_way_to_the_customer_is_not_purged_before_its_ledger_is_settled()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("Privacy:ContactDays", "1"), ("FollowUp:DeliveryWatch", "14.00:00:00"));
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 10:00 KST");
        await story.World.NextSms(SmsResult.Stays);
        await story.AdvanceTo("2026-09-21 12:00 KST");

        // As if it had been closed: a closed case never has such a message, and the purge does not take that for granted.
        await story.Service<Penalties.Privacy.PurgePlan>().Contacts(request.CaseId, CancellationToken.None);
        await story.AdvanceTo("2026-09-30 12:00 KST");

        Assert.Contains(await new StoredRows(story).Contacts(), static row => row.GetString("Phone") == "+821012345678");
        Assert.Contains(await new StoredRows(story).All("Cases"), static row => row.RowKey.StartsWith("sms|01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_case_opened_again_keeps_its_data_until_it_has_been_closed_for_as_long_once_more()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("Privacy:ContactDays", "10"));
        var report = await story.File(A.Complaint);
        await story.AdvanceTo("2026-09-27 10:00 KST");
        await story.Post($"api/penalty-requests/{report.Id}/re-contacts", new { contact = "call-1" });
        await story.AdvanceTo("2026-10-06 10:00 KST");
        Assert.Contains(await new StoredRows(story).Contacts(), static row => row.GetString("Name") == "홍길동");
        await story.AdvanceTo("2026-10-08 10:00 KST");
        Assert.DoesNotContain(await new StoredRows(story).Contacts(), static row => row.GetString("Name") == "홍길동");
    }
}
