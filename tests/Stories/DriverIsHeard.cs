using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class DriverIsHeard(StorageFixture storage)
{
    [Fact]
    public async Task The_statement_stands_beside_the_decision_with_what_the_customer_and_the_managers_said()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST");
        var unclear = await story.File(A.Complaint with { Unclear = "true" });
        Assert.Equal("NotAsked", (await Seen(story, unclear)).GetProperty("statement").GetString());

        await Say(story, unclear, "waived", "연락이 닿지 않음");
        Assert.Equal("Waived", (await Seen(story, unclear)).GetProperty("statement").GetString());
        await Say(story, unclear, "received", "신호를 지켰고 급정거는 한 번 있었습니다.");
        Assert.Equal(409, (await story.Post($"api/penalty-requests/{unclear.Id}/statement", new { statement = "waived", text = "x" })).Status);

        var seen = await Seen(story, unclear);
        Assert.Equal("Received", seen.GetProperty("statement").GetString());
        Assert.Equal("신호를 지켰고 급정거는 한 번 있었습니다.", Assert.Single(seen.GetProperty("statements").EnumerateArray()).GetString());
        Assert.Equal("과속과 급정거가 심했어요.", seen.GetProperty("complaint").GetString());

        await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision = "do-not-file", reason = "소명이 타당함" });
        var grounds = (await Seen(story, unclear)).GetProperty("grounds").EnumerateArray().Last();
        Assert.Equal(("manager-2", "소명이 타당함"), (grounds.GetProperty("by").GetString(), grounds.GetProperty("reason").GetString()));
        Assert.DoesNotContain("급정거", (await story.Desk.Case(unclear.CaseId)).GetRawText(), StringComparison.Ordinal);
    }

    private static async Task Say(Story story, Filed unclear, string statement, string text) =>
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{unclear.Id}/statement", new { statement, text })).Status);

    private static async Task<System.Text.Json.JsonElement> Seen(Story story, Filed unclear) =>
        (await story.Get($"api/penalty-requests/{unclear.Id}/decision", Person.Manager)).Body;
}
