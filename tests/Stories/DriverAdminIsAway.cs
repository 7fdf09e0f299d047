using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class DriverAdminIsAway(StorageFixture storage)
{
    [Fact]
    public async Task The_block_is_tried_again_later_and_confirmed_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 3 });
        var request = await story.File(A.FeedbackRequest);
        Assert.Empty((await story.Received(request)).Blocks);

        await story.AdvanceTo("2026-09-18 22:32 KST");

        Assert.Equal(1, Assert.Single((await story.Received(request)).Blocks).Calls);
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("상호차단 완료", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_last_try_the_block_has_failed_and_a_manager_is_asked()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 1000 });
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-19 22:00 KST");

        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("상호차단 실패", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_driver_it_does_not_know_is_not_tried_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.SetDriverKnown("D-404", known: false);
        var request = await story.File(A.FeedbackRequest with { DriverId = "D-404" });

        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Equal("Failed", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
    }
}
