using System.Net.Http.Json;
using System.Text.Json;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S6")]
[Collection(OnAzurite.Name)]
public sealed class AgentWaitsForTheBlock(StorageFixture storage)
{
    [Fact]
    public async Task With_the_customer_on_the_line_the_agent_sees_confirmed_as_soon_as_it_is()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Hold });
        var filed = await story.Desk.File(story.OnTicketOfThisStory(A.FeedbackRequest));
        await story.World.WhenHeld(SandboxSystem.DriverAdmin, "mutual-block", TimeSpan.FromSeconds(30));
        Assert.Equal(("Pending", false), await Block(story, filed.Id, wait: 0));

        var waiting = Block(story, filed.Id, wait: 20);
        Assert.Equal(1, await story.World.ReleaseHeld());

        Assert.Equal(("Confirmed", true), await waiting);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_refused()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var filed = await story.File(A.Complaint with { Block = "declined" });
        Assert.Equal(("Declined", false), await Block(story, filed.CaseId, wait: 5));
        Assert.Equal(400, (await story.Get($"api/penalty-requests/{filed.Id}/block?wait=600")).Status);
        Assert.Equal(404, (await story.Get("api/penalty-requests/pr-0000000000000000/block")).Status);
    }

    private static async Task<(string? Block, bool MayTell)> Block(Story story, string id, int wait)
    {
        using var response = await story.Desk.Get($"api/penalty-requests/{id}/block?wait={wait}", Person.Agent);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (json.GetProperty("block").GetString(), json.GetProperty("mayTellCustomer").GetBoolean());
    }
}
