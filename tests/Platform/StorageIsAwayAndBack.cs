using System.Diagnostics;
using System.Net;
using LocalHost.Tour;

namespace Platform.Tests;

/// <summary>Storage does not answer, in each way it can: whoever waits is answered in time and truly, nothing is lost, and nothing is done twice.</summary>
[Collection(OnAzurite.Name)]
public sealed class StorageIsAwayAndBack(StorageFixture storage)
{
    private const string Filed = "2026-09-18 22:30 KST";

    /// <summary>What a CRM waits for the answer to a webhook; ours comes within about four seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Line.Refuses)]
    [InlineData(Line.Hangs)]
    public async Task Queues_only_the_case_is_filed_and_answered_in_time_and_begins_when_they_are_back(Line line)
    {
        await using var far = new FarStorage(storage.ConnectionString);
        await using var story = await Begin(far);
        far.Be(["Queue"], line);

        var began = Stopwatch.StartNew();
        var filed = await story.Desk.File(story.OnTicketOfThisStory(A.FeedbackRequest));
        var answered = began.Elapsed;
        Assert.Equal(202, filed.Answer.Status);
        Assert.InRange(answered, TimeSpan.Zero, Patience);
        var caseId = filed.Answer.Location!.Split('/')[^1];

        using (var ready = await story.Desk.Get("api/health/ready", Person.Agent))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        // The agent on the line hears why there is no confirmation yet.
        using (var block = await story.Desk.Get($"api/penalty-requests/{caseId}/block", Person.Agent))
        {
            Assert.Equal("""{"id":"ID","block":"Pending","mayTellCustomer":false,"pending":"task_hub_away"}""".Replace("ID", caseId, StringComparison.Ordinal), await block.Content.ReadAsStringAsync());
        }

        far.Be(["Queue"], Line.Passes);
        await story.AdvanceTo("2026-09-18 23:05 KST");

        await IsFiledOnce(story, caseId, filed.Body);
    }

    [Fact]
    public async Task Queues_only_and_what_is_owed_to_a_ticket_without_a_case_is_written_when_they_are_back()
    {
        await using var far = new FarStorage(storage.ConnectionString);
        await using var story = await Begin(far);
        far.Be(["Queue"], Line.Refuses);

        var refused = await story.Desk.File(story.OnTicketOfThisStory(A.FeedbackRequest with { Verified = "none" }));
        Assert.Equal(200, refused.Answer.Status);
        far.Be(["Queue"], Line.Passes);
        await story.AdvanceTo("2026-09-18 23:05 KST");

        Assert.Equal("상담제한", Assert.Single(ReceivedByCase.Of(await story.World.Received(), caseId: null, refused.Body.Ticket).Notes).Body);
    }

    [Theory]
    [InlineData(Line.Refuses)]
    [InlineData(Line.Hangs)]
    public async Task Tables_nothing_is_filed_and_the_sender_is_told_in_time_to_come_again(Line line)
    {
        await using var far = new FarStorage(storage.ConnectionString);
        await using var story = await Begin(far);
        var body = story.OnTicketOfThisStory(A.FeedbackRequest);
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, System.Globalization.CultureInfo.InvariantCulture) });
        far.Be(["Table"], line);

        var refused = await story.Desk.Resend(body);

        Assert.Equal((503, "15"), (refused.Answer.Status, refused.Answer.RetryAfter));
        far.Be(["Table"], Line.Passes);
        var again = await story.Desk.Resend(refused.Body);
        Assert.Equal(202, again.Answer.Status);
        await story.AdvanceTo("2026-09-18 23:05 KST");
        await IsFiledOnce(story, again.Answer.Location!.Split('/')[^1], again.Body);
    }

    [Theory]
    [InlineData(Line.Refuses)]
    [InlineData(Line.Hangs)]
    public async Task All_of_it_in_the_middle_of_a_case_which_goes_on_when_it_is_back(Line line)
    {
        await using var far = new FarStorage(storage.ConnectionString);
        await using var story = await Begin(far);
        var filed = await story.Desk.File(story.OnTicketOfThisStory(A.FeedbackRequest));
        Assert.Equal(202, filed.Answer.Status);

        far.Be(["Blob", "Queue", "Table"], line);
        await far.Felt("Queue").WaitAsync(Limit); // the engine looks at its queues all the time
        far.Be(["Blob", "Queue", "Table"], Line.Passes);

        await story.AdvanceTo("2026-09-18 23:05 KST");
        await IsFiledOnce(story, filed.Answer.Location!.Split('/')[^1], filed.Body);
    }

    private Task<Story> Begin(FarStorage far) => Story.Begin(
        storage, Filed, logging: null, storage.NewFolder(), ("AzureWebJobsStorage", far.ConnectionString), ("UnknockedSchedule", "0 0 * * * *"));

    private static async Task IsFiledOnce(Story story, string caseId, ComplaintBody body)
    {
        var received = ReceivedByCase.Of(await story.World.Received(), caseId, body.Ticket);
        Assert.Single(received.Posts);
        Assert.Single(received.Blocks);
        Assert.Equal("Confirmed", (await story.Desk.Case(caseId)).GetProperty("facets").GetProperty("block").GetString());
    }
}
