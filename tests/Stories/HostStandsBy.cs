using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using LocalHost;
using LocalHost.Durable.Management;
using LocalHost.Durable.Storage;
using LocalHost.Sandbox;
using FunctionsHosting.Storage;
using LocalHost.Tour;
using Penalties.Requests;

namespace Stories.Tests;

/// <summary>Two host processes on one task hub: one works, the other waits, and a customer's three days survive the first one's end.</summary>
[Collection(OnAzurite.Name)]
public sealed class HostStandsBy(StorageFixture storage)
{
    /// <summary>The shortest there is: what takes a lease's time takes a quarter of the usual.</summary>
    private const string Lease = "00:00:15";
    private const string Filed = "2026-09-18 22:30 KST";
    private static readonly TimeSpan TakeOverLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_owner_is_killed_during_the_three_days()
    {
        await using var owner = await HostProcess.Begin(storage, Filed, Lease);
        await using var standby = await owner.BeginAnother(Filed);
        var request = await owner.File(A.FeedbackRequest);
        Assert.Contains($"owned by process {owner.ProcessId} on ", await standby.Standby(), StringComparison.Ordinal);
        using (var ready = await standby.Http.GetAsync("api/health/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        using (var health = await standby.Desk.Send(HttpMethod.Get, "api/health", body: null, Person.Operator))
        {
            Assert.Contains(
                "\"name\":\"task-hub\",\"status\":\"unhealthy\",\"why\":\"TaskHubStandbyException\"",
                await health.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }

        var refused = await standby.Desk.Resend(A.FeedbackRequest with { Account = owner.Account, Ticket = owner.Ticket });
        Assert.Equal((503, "10"), (refused.Answer.Status, refused.Answer.RetryAfter));

        await owner.AdvanceTo("2026-09-19 10:00 KST");
        await owner.Kill();
        var killed = Stopwatch.StartNew();
        await standby.UntilItOwnsTheHub();

        Assert.InRange(killed.Elapsed, TimeSpan.Zero, TakeOverLimit);
        await HostKilled.EndsWithEverythingOnce(standby, request.CaseId);
        Assert.Contains("which has ended; its lease is not waited for", standby.Output(), StringComparison.Ordinal);
    }

    /// <param name="lease">The hub's lease.</param>
    /// <param name="isBroken">
    /// The lease does not run out but is broken: the one that wakes up believes that it has it still, and only the epoch rows stand in its way.
    /// </param>
    [Theory]
    [InlineData(Lease, false)]
    [InlineData("00:01:00", true)]
    public async Task The_owner_stalls_in_the_middle_of_the_text_is_replaced_and_wakes_up(string lease, bool isBroken)
    {
        await using var first = await HostProcess.Begin(storage, Filed, lease);
        await using var second = await first.BeginAnother(Filed);
        var request = await first.File(A.FeedbackRequest);
        await first.Desk.Conclude(request.CaseId, "warning", "lead-3", first.Now, push: false);
        await first.Desk.World.Order(new() { System = SandboxSystem.Sms, Operation = "group-send", When = FaultMoment.After, Kind = FaultKind.Hold });
        var advancing = first.AdvanceTo("2026-09-21 09:15 KST");
        await first.Desk.World.WhenHeld(SandboxSystem.Sms, "group-send", TakeOverLimit);

        // It stalls with an activity under way and, from then on, a new orchestration at its door.
        await Signal.Stop(first.ProcessId);
        var stalled = Stopwatch.StartNew();
        var starting = StartAnother(first);
        if (isBroken)
        {
            var owner = new BlobContainerClient(first.Connection, $"{first.Hub}-applease").GetBlobClient("owner");
            await owner.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        }

        await second.UntilItOwnsTheHub();
        Assert.InRange(stalled.Elapsed, TimeSpan.Zero, TakeOverLimit);
        await first.Desk.World.ClearFaults();
        await second.AdvanceTo("2026-09-21 09:15 KST");
        await second.WhenIdle();
        var before = await RowsOf(second);

        await first.Desk.World.ReleaseHeld();
        await Signal.Continue(first.ProcessId);
        Assert.Contains(await starting, new HttpStatusCode?[] { HttpStatusCode.ServiceUnavailable, null });
        await first.Until("it has given up and waits", async host => await host.Standby() is { } waits
            && waits.Contains($"owned by process {second.ProcessId} on ", StringComparison.Ordinal));

        // Not one row of the hub was written by the one that woke up.
        Assert.Equal(before, await RowsOf(second));
        await Task.WhenAny(advancing);
        await HostKilled.EndsWithEverythingOnce(second, request.CaseId);

        // And it is good for another turn.
        await second.Kill();
        await first.UntilItOwnsTheHub();
        await first.AdvanceTo("2026-09-21 13:30 KST");
        await HostKilled.EndsWithEverythingOnce(first, request.CaseId);
    }

    [Fact]
    public async Task The_storage_is_away_for_longer_than_the_lease_lasts()
    {
        await using var azurite = await Azurite.StartAsync(new AzuriteOptions { Folder = storage.NewFolder().FullName, InMemory = true });
        await using var host = await HostProcess.Begin(storage, Filed, Lease, azurite.ConnectionString);
        var request = await host.File(A.FeedbackRequest);

        await Signal.Stop(azurite.ProcessId);
        await host.Until("it has given up the hub", static host => Task.FromResult(
            host.Output().Contains("could not be renewed for 00:00:15, and another host may have taken it", StringComparison.Ordinal)));
        await Signal.Continue(azurite.ProcessId);
        await host.Until("it has started again", static host => Task.FromResult(
            host.Output().Contains("The host starts again, as a standby.", StringComparison.Ordinal)));
        await host.Until("it answers", static async host =>
        {
            try
            {
                using var ready = await host.Http.GetAsync("api/health/ready");
                return ready.IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return false;
            }
        });

        await HostKilled.EndsWithEverythingOnce(host, request.CaseId);
    }

    /// <summary>The host is stalled: the machine takes the request, and the host answers when it goes on, or never.</summary>
    private static async Task<HttpStatusCode?> StartAnother(HostProcess host)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"{ManagementRoutes.Base}/orchestrators/{nameof(PenaltyRequestOrchestrator)}/another");
        message.Headers.Add("x-functions-key", ManagementRoutes.UsualKey);
        message.Content = JsonContent.Create<object?>(null);
        using var http = new HttpClient { BaseAddress = host.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(5) };
        try
        {
            using var answer = await http.SendAsync(message);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Every row of the hub with its tag, which changes whenever the row is written.</summary>
    private static async Task<List<string>> RowsOf(HostProcess host)
    {
        List<string> rows = [];
        await foreach (var row in new TableServiceClient(host.Connection).GetTableClient($"{host.Hub}TaskHub").QueryAsync<TableEntity>())
        {
            rows.Add($"{row.PartitionKey} {row.RowKey} {row.ETag}");
            if (row.RowKey == "epoch")
            {
                Assert.Contains($"/{host.ProcessId}/", row.GetString("Owner"), StringComparison.Ordinal);
            }
        }

        Assert.NotEmpty(rows);
        return rows;
    }
}
