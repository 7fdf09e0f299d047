using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzuriteBeside.Name)]
public sealed class WhatIsWrittenIsPurged(StorageFixture storage)
{
    [Fact]
    public async Task A_word_written_on_a_case_whose_data_is_gone_goes_too()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint);
        await story.AdvanceTo("2026-10-25 10:00 KST");
        await story.Post($"api/penalty-requests/{report.Id}/statement", new { statement = "received", text = "고객 홍길동 님이 먼저 화를 냈다고 함" });
        Assert.Contains(await new StoredRows(story).Contacts(), row => row.RowKey.StartsWith("text|", StringComparison.Ordinal));
        Assert.Equal(409, (await story.Post($"api/penalty-requests/{report.Id}/block", null)).Status);
        Assert.Equal(409, (await story.Post($"api/penalty-requests/{report.Id}/reopening", new { reason = "r", promise = true })).Status);

        await story.AdvanceTo("2026-11-26 10:00 KST");
        Assert.All(await new StoredRows(story).Contacts(), row => Assert.DoesNotContain("WrittenAt", row.Keys));
    }

    [Fact]
    public async Task A_consent_that_was_given_for_a_callback_nobody_wants_is_not_kept()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.File(AnotherNumberNeedsConsent.WithConsent with { Supervisor = "false" });
        Assert.DoesNotContain(await new StoredRows(story).Contacts(), row => row.RowKey.StartsWith("consent|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Data_that_is_to_be_kept_longer_than_when_the_case_closed_is_kept_and_then_purged()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint);
        story.Service<Microsoft.Extensions.Options.IOptions<Penalties.Intake.PrivacyOptions>>().Value.ContactDays = 45;
        await story.AdvanceTo("2026-10-25 10:00 KST");
        Assert.Contains(await new StoredRows(story).Contacts(), row => row.ContainsKey("Phone"));

        await story.AdvanceTo("2026-11-04 10:00 KST");
        Assert.DoesNotContain(await new StoredRows(story).Contacts(), row => row.ContainsKey("Phone"));
        Assert.Equal("Closed", await story.StateOf(report));
    }

    [Fact]
    public async Task Ticket_ids_that_are_none_and_names_in_broken_json_stand_nowhere_but_with_the_body()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var url = story.Desk.WebhookUrl;
        foreach (var body in new[] { A.Complaint.ToJson().Replace("\"ticket\":\"\"", "\"ticket\":\"홍길동 010-9876-5433\"", StringComparison.Ordinal), "{\"홍길동 010-9876-5433\": tru}" })
        {
            Assert.Equal(200, (await story.World.SendWebhook(new() { TargetUrl = url, Body = body })).Status);
        }

        await story.WhenIdle();
        var listed = (await story.Get("api/rejected-deliveries", Person.Operator)).Body.GetRawText();
        Assert.Equal(2, (await story.Get("api/rejected-deliveries", Person.Operator)).Body.GetProperty("deliveries").GetArrayLength());
        Assert.DoesNotContain("홍길동", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("9876", listed, StringComparison.Ordinal);
        Assert.All(
            await new StoredRows(story).All(Penalties.Intake.RefusedDeliveries.Table),
            row => Assert.DoesNotContain(row, cell => $"{cell.Value}".Contains("홍길동", StringComparison.Ordinal)));
    }
}
