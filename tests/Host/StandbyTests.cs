using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using LocalHost;
using FunctionsHosting.Clock;
using LocalHost.Durable.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Worker.Tests;

/// <summary>Two hosts on one task hub: one works, the other one reads and waits.</summary>
public sealed partial class StandbyTests(StandbyTests.Storage storage) : IClassFixture<StandbyTests.Storage>
{
    private const string Queues = """
        { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [ { "Name": "orders", "Properties": { } } ], "Topics": [] } ] } }
        """;

    [Fact]
    public async Task A_standby_serves_what_reads_and_runs_nothing()
    {
        await using var pair = await Pair.Start(storage);
        await pair.Send("orders");
        await pair.Standby.AdvanceTo(TestApp.Start.AddHours(3));

        Assert.Null(pair.Owner.Standby);
        Assert.Contains($"is owned by process {Environment.ProcessId} on {Environment.MachineName}", pair.Standby.Standby, StringComparison.Ordinal);
        Assert.Empty(pair.Seen(pair.Standby));
        Assert.Equal((200, "read"), await pair.Ask(HttpMethod.Get, "api/plain"));
        var status = JsonDocument.Parse((await pair.Ask(HttpMethod.Get, "localhost/status")).Body).RootElement;
        Assert.Equal(pair.Standby.Standby, status.GetProperty("standby").GetString());
    }

    [Theory]
    [InlineData("POST", "api/cases")]
    [InlineData("POST", "api/plain")]
    [InlineData("GET", "api/cases")]
    [InlineData("POST", "runtime/webhooks/durabletask/orchestrators/CaseOrchestrator")]
    [InlineData("GET", "runtime/webhooks/durabletask/instances/case-1")]
    public async Task What_changes_something_or_needs_the_engine_is_refused_for_the_time_being(string method, string path)
    {
        await using var pair = await Pair.Start(storage);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(pair.Standby.BaseAddress, path));
        request.Headers.Add("x-functions-key", ManagementRoutes.UsualKey);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("standby", body.GetProperty("code").GetString());
        Assert.Empty(pair.Seen(pair.Standby));

        // Who owns the hub is for operators, who have the system key.
        var isOperator = method == "GET" && path.StartsWith("runtime", StringComparison.Ordinal);
        Assert.Equal(isOperator, body.GetProperty("detail").GetString() == pair.Standby.Standby);
        using var stranger = await http.GetAsync(new Uri(pair.Standby.BaseAddress, "runtime/webhooks/durabletask/instances"));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task A_clean_stop_hands_the_hub_with_all_that_sleeps_in_it_to_the_standby()
    {
        await using var pair = await Pair.Start(storage);
        Assert.Equal(202, (await pair.Ask(HttpMethod.Post, "api/cases", pair.Owner)).Status);
        await pair.Owner.WhenIdle();
        await pair.Send("orders");

        await pair.Owner.DisposeAsync();
        await pair.Until(pair.Standby.WhenOwner, pair.StandbyClock);
        await pair.Standby.AdvanceTo(TestApp.Start.AddDays(3));

        Assert.Null(pair.Standby.Standby);
        Assert.Equal((200, "Completed"), await pair.Ask(HttpMethod.Get, "api/cases"));
        Assert.Equal(["case", "message", "night", "night", "night"], pair.Seen(pair.Standby).Order());
    }

    [Fact]
    public async Task An_owner_whose_lease_somebody_took_stops_and_says_why()
    {
        await using var pair = await Pair.Start(storage);
        var lease = new BlobContainerClient(storage.ConnectionString, $"{pair.Hub.ToLowerInvariant()}-applease").GetBlobClient("owner").GetBlobLeaseClient();
        await lease.BreakAsync(TimeSpan.Zero);
        await pair.Until(pair.Standby.WhenOwner, pair.StandbyClock);

        await pair.Until(pair.Owner.Stopped, pair.OwnerClock);

        Assert.Equal($"Another host has taken the task hub '{pair.Hub}'.", pair.Owner.SteppedDown);
        Assert.Null(pair.Standby.SteppedDown);
        Assert.Equal(202, (await pair.Ask(HttpMethod.Post, "api/cases")).Status);
    }

    [Fact]
    public async Task Two_hosts_that_start_at_once_are_one_owner_and_one_standby()
    {
        var hub = $"Hub{Guid.NewGuid():N}"[..30];
        var clock = BusinessClock.Frozen(TestApp.Start);
        var hosts = await Task.WhenAll(Pair.Host(storage, hub, clock), Pair.Host(storage, hub, clock));

        Assert.Single(hosts, static host => host.Standby is null && host.WhenOwner.IsCompletedSuccessfully);
        Assert.Single(hosts, static host => host.Standby is not null && !host.WhenOwner.IsCompleted);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("00:00:05")]
    [InlineData("00:02:00")]
    [InlineData("soon")]
    public async Task A_lease_of_a_length_that_no_storage_grants_is_refused(string length)
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => Pair.Host(storage, "HubOfWrongLength", TimeProvider.System, ("LocalHost__HubLease", length)));

        Assert.Equal($"Setting LocalHost:HubLease is \"{length}\"; allowed: 00:00:15 to 00:01:00.", refused.Message);
    }

    public sealed class Cases(Seen seen)
    {
        [Function("StartCase")]
        public static async Task<IActionResult> StartCase(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "cases")] HttpRequest request, [DurableClient] DurableTaskClient client)
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(CaseOrchestrator), null, new StartOrchestrationOptions("case-1"), request.HttpContext.RequestAborted);
            return new AcceptedResult();
        }

        [Function("ShowCase")]
        public static async Task<string> ShowCase(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "cases")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
            (await client.GetInstanceAsync("case-1", request.HttpContext.RequestAborted))!.RuntimeStatus.ToString();

        [Function("Plain")]
        public static string Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "plain")] HttpRequest request) =>
            HttpMethods.IsGet(request.Method) ? "read" : "written";

        [Function(nameof(CaseOrchestrator))]
        public static async Task CaseOrchestrator([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            await context.CallActivityAsync(nameof(Work));
        }

        [Function(nameof(Work))]
        public void Work([ActivityTrigger] string? nothing) => seen.Lines.Enqueue("case");

        [Function("Nightly")]
        public void Nightly([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => seen.Lines.Enqueue("night");

        [Function("Listens")]
        public async Task Listens([ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            seen.Lines.Enqueue("message");
            await actions.CompleteMessageAsync(message);
        }
    }

    public sealed class Seen
    {
        public ConcurrentQueue<string> Lines { get; } = [];
    }
}
