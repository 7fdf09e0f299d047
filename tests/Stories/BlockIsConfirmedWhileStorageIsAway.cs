using FunctionsHosting.Storage;
using LocalHost;
using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class BlockIsConfirmedWhileStorageIsAway(StorageFixture storage)
{
    [Fact]
    public async Task The_result_is_put_back_and_recorded_once_storage_is_there_again()
    {
        var options = new AzuriteOptions { Folder = storage.NewFolder().FullName };
        var azurite = await Azurite.StartAsync(options);
        try
        {
            await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("AzureWebJobsStorage", azurite.ConnectionString));
            await story.World.Order(
                new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 1 });
            var request = await story.File(A.FeedbackRequest);

            // The second try, five seconds later, is the only thing under way when storage goes; its result comes back at ten seconds.
            await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Hold });
            var secondTry = story.Host.AdvanceTo(Kst.Parse("2026-09-18 22:30 KST").AddSeconds(8));
            await story.World.WhenHeld(SandboxSystem.DriverAdmin, "mutual-block", TimeSpan.FromSeconds(30));
            var ports = azurite.Ports;
            await azurite.DisposeAsync();
            await story.World.ReleaseHeld();
            await secondTry.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Single((await story.Received(request)).Blocks);

            azurite = await Azurite.StartAsync(options with { Ports = ports });
            await story.AdvanceTo("2026-09-18 22:45 KST");

            Assert.Equal("Confirmed", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
            Assert.Equal(1, Assert.Single((await story.Received(request)).Blocks).Calls);
        }
        finally
        {
            await azurite.DisposeAsync();
        }
    }
}
