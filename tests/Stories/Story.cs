using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using LocalHost;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Penalties.Cases;
using Penalties.Rules;

namespace Stories.Tests;

/// <summary>
/// The running product and the world around it on a clock that only the story moves: host, worker, broker, durable extension (on Microsoft's
/// in-memory task hub) and sandbox in this process, Azurite beside it, everything between them over HTTP, gRPC and AMQP.
/// </summary>
internal sealed class Story : IAsyncDisposable
{
    private readonly int _number;
    private readonly SandboxServer _world;
    private int _tickets;

    private Story(int number, SandboxServer world, FunctionsHost host)
    {
        _number = number;
        _world = world;
        Host = host;
        Desk = new Desk(host.BaseAddress, world.CreateClient(), host.Clock.GetUtcNow);
    }

    public FunctionsHost Host { get; }

    /// <summary>
    /// How long the host may be at work, in real time, until a story gives up. On the engine's own storage what it was taking when that went away is
    /// locked for a minute.
    /// </summary>
    private TimeSpan Limit { get; init; }

    /// <summary>Stands before the names of this story's tables and task hub.</summary>
    public string Prefix => StorageFixture.HubOf(_number);

    public Desk Desk { get; }

    public SandboxClient World => Desk.World;

    public static Task<Story> Begin(StorageFixture storage, string at, params (string Setting, string Value)[] settings) =>
        Begin(storage, at, logging: null, data: null, settings);

    /// <param name="storage">The storage of all stories.</param>
    /// <param name="at">When it begins.</param>
    /// <param name="logging">Where logs go.</param>
    /// <param name="data">
    /// Where the broker keeps its file, and the durable engine its state: with the official Azure Storage provider; null: both in memory.
    /// </param>
    /// <param name="settings">Other settings than the usual ones.</param>
    public static async Task<Story> Begin(
        StorageFixture storage, string at, Action<ILoggingBuilder>? logging, DirectoryInfo? data, params (string Setting, string Value)[] settings)
    {
        var number = StorageFixture.NextStory();
        var clock = BusinessClock.Frozen(Kst.Parse(at));
        var work = new WorkTracker();
        var world = await SandboxServer.StartAsync(new SandboxOptions { Clock = clock, Work = work });
        var all = settings.ToDictionary(setting => setting.Setting, setting => (string?)setting.Value);
        all.TryAdd("AzureWebJobsStorage", storage.ConnectionString);
        all["Storage:TablePrefix"] = StorageFixture.HubOf(number);
        all.TryAdd("SweepSchedule", "0 0 4 * * *");
        all.TryAdd("UnknockedSchedule", "0 0 4 1 1 *");

        // Breakers and paces go by real time: on a clock that jumps over days they would stand for weeks.
        all.TryAdd("Resilience:BreakerCalls", "1000000");
        all.TryAdd("Resilience:RepeatAfter", "00:00:00.010");
        all.TryAdd("Zendesk:UpdatesPerMinute", "100000");
        all.TryAdd("Zendesk:UpdatesPerTicket", "100000");
        all["AzureFunctionsJobHost__extensions__durableTask__hubName"] = StorageFixture.HubOf(number);
        var complete = HostSettings.Normalise(all);
        DevelopmentSettings.Complete(complete, world.BaseAddress, new Uri("http://127.0.0.1:7071/"));
        try
        {
            var host = await FunctionsHost.StartAsync<Program>(
                new FunctionsHostOptions
                {
                    Settings = complete,
                    Clock = clock,
                    Work = work,
                    Logging = logging,
                    DataFolder = data?.FullName,
                    TaskHub = data is null ? MemoryTaskHub.Create : null,
                });
            return new(number, world, host) { Limit = data is null ? TimeSpan.FromSeconds(60) : TimeSpan.FromMinutes(3) };
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Files a complaint on a new ticket and waits until everything it set off has been done.</summary>
    public async Task<Filed> File(ComplaintBody complaint)
    {
        var body = OnTicketOfThisStory(complaint);
        var filed = await Desk.File(body);
        await WhenIdle();
        return new(filed.Answer, filed.Body, filed.Answer.Location?.Split('/')[^1]);
    }

    /// <summary>The same ticket saved again.</summary>
    public async Task<Filed> Save(ComplaintBody complaint)
    {
        var filed = await Desk.Resend(complaint);
        await WhenIdle();
        return new(filed.Answer, filed.Body, filed.Answer.Location?.Split('/')[^1]);
    }

    public ComplaintBody OnTicketOfThisStory(ComplaintBody complaint) => complaint with
    {
        Account = $"account-{_number}",
        Ticket = complaint.Ticket.Length > 0 ? complaint.Ticket : string.Create(CultureInfo.InvariantCulture, $"{_number * 1000 + ++_tickets}"),
    };

    public async Task AdvanceTo(string kst)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await Host.AdvanceTo(Kst.Parse(kst), limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not idle at {Host.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(9)):u}: {Host.UnderWay}");
        }
    }

    public async Task WhenIdle()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await Host.WhenIdle(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not idle: {Host.UnderWay}");
        }
    }

    /// <summary>What the outside world received about a case.</summary>
    public async Task<ReceivedByCase> Received(Filed filed) => ReceivedByCase.Of(await World.Received(), filed.Id, filed.Body.Ticket);

    public async Task Concludes(Filed filed, string kind, string at, bool push = true, string by = "lead-3")
    {
        var answer = await Desk.Conclude(filed.CaseId, kind, by, Kst.Parse(at), push);
        Assert.True(answer is null or { Status: 200 }, answer?.Body);
        await WhenIdle();
    }

    /// <summary>One of the app's own services.</summary>
    public T Service<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>The activity log as it is stored.</summary>
    public Task<IReadOnlyList<LogEntry>> Log(Filed filed) => Service<CaseStore>().ReadLog(filed.CaseId, CancellationToken.None);

    /// <summary>Id of the callback that belongs to the complaint's ticket.</summary>
    public string CallbackOf(Filed filed) => CaseId.Of(filed.Body.Account, filed.Body.Ticket, CaseKind.Callback);

    public async Task<string> StateOf(Filed filed) => (await Desk.Case(filed.CaseId)).GetProperty("state").GetString()!;

    /// <summary>What a route of ours answers somebody (a manager, where nobody is named): status and JSON.</summary>
    public Task<(int Status, JsonElement Body)> Post(string path, object? body, Person? by = null) => Send(HttpMethod.Post, path, body, by);

    public Task<(int Status, JsonElement Body)> Get(string path, Person? by = null) => Send(HttpMethod.Get, path, body: null, by);

    public async Task<(int Status, JsonElement Body)> Send(HttpMethod method, string path, object? body, Person? by = null)
    {
        using var response = await Desk.Send(method, path, body, by ?? Person.Manager);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        await WhenIdle();
        return ((int)response.StatusCode, json);
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        World.Dispose();
        await Host.DisposeAsync();
        await _world.DisposeAsync();
    }
}

/// <summary>A complaint that was sent, what our webhook answered, and the case it made.</summary>
internal sealed record Filed(TargetAnswer Answer, ComplaintBody Body, string? Id)
{
    public string CaseId => Id ?? throw new InvalidOperationException($"No case was filed: {Answer.Status} {Answer.Body}");

    public JsonElement Json => JsonDocument.Parse(Answer.Body).RootElement;
}
