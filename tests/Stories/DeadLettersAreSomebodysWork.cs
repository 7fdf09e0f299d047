using System.Net.Http.Json;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>What became a dead letter is kept, can be looked at, and is sent again where its case still wants it.</summary>
[Collection(OnAzurite.Name)]
public sealed class DeadLettersAreSomebodysWork(StorageFixture storage)
{
    private const string Reason = "시스템 복구 후 재전송";

    [Fact]
    public async Task A_command_given_up_is_sent_again_when_the_driver_admin_is_back_and_the_block_is_confirmed_after_all()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await GivenUp(story);
        var letter = Assert.Single(await Letters(story, "?replayed=false"));
        Assert.Equal(
            ("driver-blocks", request.CaseId, "AttemptsExhausted", true, 0),
            (Text(letter, "queue"), Text(letter, "caseId"), Text(letter, "reason"), letter.GetProperty("isReadable").GetBoolean(), letter.GetProperty("replays").GetInt32()));
        var id = Text(letter, "id")!;

        await story.World.ClearFaults();
        var (status, told) = await Replay(story, id, new { reason = Reason });
        Assert.Equal((200, false), (status, told.GetProperty("sent").GetBoolean()));
        Assert.Equal("Failed", await Block(story, request.CaseId));

        (status, told) = await Replay(story, id, new { reason = Reason, dryRun = false });
        Assert.Equal((200, true), (status, told.GetProperty("sent").GetBoolean()));
        await story.WhenIdle();

        Assert.Equal("Confirmed", await Block(story, request.CaseId));
        Assert.Single((await story.Received(request)).Blocks);
        Assert.Empty(await Letters(story, "?replayed=false"));
        Assert.Equal(Person.Operator.Id, Text(Assert.Single(await Letters(story, "?replayed=true")), "replayedBy"));
        (status, told) = await Replay(story, id, new { reason = Reason, dryRun = false });
        Assert.Equal((409, "not_wanted"), (status, Text(told, "code")));
        var log = (await story.Desk.Read("api/access-log?month=2026-09", Person.Auditor)).GetProperty("accesses").EnumerateArray();
        Assert.Single(log, entry => (Text(entry, "what"), Text(entry, "caseId"), Text(entry, "by"), Text(entry, "reason")) == ("dead-letter-replay", request.CaseId, Person.Operator.Id, Reason));
    }

    [Fact]
    public async Task One_replayed_while_the_driver_admin_is_still_away_is_tried_as_often_as_at_first_and_becomes_another_dead_letter()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await GivenUp(story);
        var first = Text(Assert.Single(await Letters(story)), "id")!;

        var (status, _) = await Replay(story, first, new { reason = Reason, dryRun = false });
        await story.AdvanceTo("2026-09-18 23:30 KST");

        Assert.Equal(200, status);
        var letters = await Letters(story);
        Assert.Equal([1, 0], letters.OrderBy(one => Text(one, "id") == first ? 0 : 1).Select(one => one.GetProperty("replays").GetInt32()));
        Assert.Equal("r1-8", Text(letters.Single(one => Text(one, "id") != first), "messageId")![^4..]);
    }

    [Fact]
    public async Task One_whose_place_a_newer_command_took_is_not_sent_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await GivenUp(story);
        var id = Text(Assert.Single(await Letters(story)), "id")!;
        using (var again = await story.Desk.Post($"api/penalty-requests/{request.CaseId}/block", new { reason = Reason }, Person.Agent))
        {
            Assert.True(again.IsSuccessStatusCode, $"{again.StatusCode}: {await again.Content.ReadAsStringAsync()}");
        }

        await story.WhenIdle();
        var (status, told) = await Replay(story, id, new { reason = Reason, dryRun = false });

        Assert.Equal((409, "not_wanted"), (status, Text(told, "code")));
    }

    [Fact]
    public async Task What_cannot_be_read_is_kept_apart_shown_for_a_logged_reason_and_purged()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await using (var client = new ServiceBusClient(story.Host.Settings["ServiceBusConnection"]))
        {
            await client.CreateSender("driver-blocks").SendMessageAsync(new ServiceBusMessage("김고객 010-1234-5678") { MessageId = "m-1" });
        }

        await story.WhenIdle();
        var letter = Assert.Single(await Letters(story));
        var id = Text(letter, "id")!;
        Assert.Equal(("NotABlockCommand", null, false), (Text(letter, "reason"), Text(letter, "caseId"), letter.GetProperty("isReadable").GetBoolean()));
        Assert.Equal((409, "not_readable"), await Code(Replay(story, id, new { reason = Reason, dryRun = false })));

        using (var refused = await story.Desk.Post($"api/dead-letters/{id}", new { reason = Reason }, Person.Operator))
        {
            Assert.Equal(403, (int)refused.StatusCode);
        }

        using (var shown = await story.Desk.Post($"api/dead-letters/{id}", new { reason = Reason }, Person.Manager))
        {
            Assert.Equal("김고객 010-1234-5678", await shown.Content.ReadAsStringAsync());
        }

        var rows = new StoredRows(story);
        Assert.DoesNotContain(await rows.All("DeadLetters"), row => row.Any(cell => $"{cell.Value}".Contains("1234-5678", StringComparison.Ordinal)));
        await story.AdvanceTo("2026-10-20 04:00 KST");

        Assert.Empty(await Letters(story));
        using var gone = await story.Desk.Post($"api/dead-letters/{id}", new { reason = Reason }, Person.Manager);
        Assert.Equal(404, (int)gone.StatusCode);
    }

    private static async Task<Filed> GivenUp(Story story)
    {
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 1000 });
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-18 22:50 KST");
        return request;
    }

    private static async Task<IReadOnlyList<JsonElement>> Letters(Story story, string query = "") =>
        [.. (await story.Desk.Read($"api/dead-letters{query}", Person.Operator)).GetProperty("letters").EnumerateArray()];

    private static async Task<(int Status, JsonElement Told)> Replay(Story story, string id, object form)
    {
        using var answer = await story.Desk.Post($"api/dead-letters/{id}/replay", form, Person.Operator);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static async Task<(int Status, string? Code)> Code(Task<(int Status, JsonElement Told)> asked)
    {
        var (status, told) = await asked;
        return (status, Text(told, "code"));
    }

    private static async Task<string?> Block(Story story, string caseId) => Text((await story.Desk.Case(caseId)).GetProperty("facets"), "block");

    private static string? Text(JsonElement one, string name) => one.GetProperty(name).GetString();
}
