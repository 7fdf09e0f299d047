using FunctionsHosting.Storage;
using LocalHost;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class StorageIsDown(StorageFixture storage)
{
    [Fact]
    public async Task The_webhook_is_answered_503_with_Retry_After_and_the_same_webhook_files_the_case_once_storage_is_back()
    {
        var folder = storage.NewFolder();
        var options = new AzuriteOptions { Folder = folder.FullName };
        var azurite = await Azurite.StartAsync(options);
        try
        {
            await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("AzureWebJobsStorage", azurite.ConnectionString));
            var first = await story.File(A.Complaint);
            Assert.Equal(202, first.Answer.Status);

            var ports = azurite.Ports;
            await azurite.DisposeAsync();
            var lost = await story.Save(first.Body with { Ticket = first.Body.Ticket + "1", RideId = "R-another" });
            Assert.Equal(503, lost.Answer.Status);
            Assert.Equal("15", lost.Answer.RetryAfter);
            Assert.Equal("storage_unavailable", lost.Json.GetProperty("code").GetString());

            azurite = await Azurite.StartAsync(options with { Ports = ports });
            var again = await story.Save(lost.Body);
            Assert.Equal((202, "filed"), (again.Answer.Status, again.Json.GetProperty("status").GetString()));
        }
        finally
        {
            await azurite.DisposeAsync();
        }
    }
}
