using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Platform.Tests;

/// <summary>How a host is started.</summary>
internal sealed record HostPlan
{
    /// <summary>Further options of the start command.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Other settings than the usual ones.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>
/// The host as a process of its own, on the Azure Storage provider. Sandbox and Azurite stay up when it is killed, and it reaches Azurite over lines of
/// its own. Its engine lives in real time; its business clock goes on, or stands until it is advanced.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private readonly StorageFixture _storage;
    private readonly int _number;
    private readonly bool _isFirst;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _settings;
    private readonly StringBuilder _output = new();
    private int _serviceBusPort;
    private OwnProcess? _process;
    private DateTimeOffset? _standsAt;

    private HostProcess(StorageFixture storage, SandboxServer world, HostProcess? first, HostPlan plan)
    {
        var number = first?._number ?? StorageFixture.NextStory();
        (_storage, _number, _isFirst) = (storage, number, first is null);
        World = world;
        Line = new(storage.ConnectionString);
        Account = string.Create(CultureInfo.InvariantCulture, $"account-{number}");
        Ticket = string.Create(CultureInfo.InvariantCulture, $"{number * 1000 + 1}");
        _settings = new(plan.Settings)
        {
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = StorageFixture.HubOf(number),
            ["Storage__TablePrefix"] = StorageFixture.HubOf(number),
        };
        _settings.TryAdd("SweepSchedule", "0 0 4 * * *");
        _settings.TryAdd("UnknockedSchedule", "0 0 4 * * *");
        if (first is not null)
        {
            _settings.TryAdd("ServiceBusConnection", first.ServiceBus);
        }

        var port = FixedPort.Next();
        _arguments =
        [
            "start", "--port", $"{port}", "--service-bus-port", "0", "--test-hooks", "--quiet",
            "--data", storage.NewFolder().FullName, "--storage", Line.ConnectionString, "--sandbox", world.BaseAddress.AbsoluteUri,
            .. plan.Options,
        ];
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Limit };
        Desk = new Desk(Http.BaseAddress, world.CreateClient(), () => Now);
    }

    public SandboxServer World { get; }

    /// <summary>Its own lines to the storage.</summary>
    public FarStorage Line { get; }

    public string Account { get; }

    public string Ticket { get; }

    public Desk Desk { get; }

    /// <summary>Its business time.</summary>
    public DateTimeOffset Now => _standsAt ?? DateTimeOffset.UtcNow;

    /// <summary>Its clock stands until it is advanced.</summary>
    public bool IsJumped => _standsAt is not null;

    /// <summary>Stands before the names of its tables and its task hub.</summary>
    public string Prefix => StorageFixture.HubOf(_number);

    public HttpClient Http { get; }

    /// <summary>Where the SMS provider reports to.</summary>
    public string ReportsTo => new Uri(Http.BaseAddress!, "api/sms-reports/sandbox-sms-report-secret").AbsoluteUri;

    /// <summary>The tables beside it, also while it is dead.</summary>
    public TableServiceClient Tables => new(_storage.ConnectionString);

    public string Output() => _process?.Output() ?? "";

    /// <summary>Connection string of its broker.</summary>
    private string ServiceBus => BrokerProcess.Connection(_serviceBusPort);

    /// <summary>A host whose business clock stands until it is advanced.</summary>
    public static async Task<HostProcess> Begin(StorageFixture storage, string at, HostPlan? plan = null)
    {
        var world = await SandboxServer.StartAsync(new SandboxOptions());
        var clock = Kst.Parse(at).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        plan ??= new();
        return await Begin(new HostProcess(storage, world, first: null, plan with { Options = ["--frozen", "--clock", clock, .. plan.Options] }) { _standsAt = Kst.Parse(at) });
    }

    /// <summary>A host in real time.</summary>
    public static async Task<HostProcess> BeginNow(StorageFixture storage, HostPlan? plan = null) =>
        await Begin(new HostProcess(storage, await SandboxServer.StartAsync(new SandboxOptions()), first: null, plan ?? new()));

    /// <summary>A second host in real time on the same task hub and in the same world, with a port and a folder of its own; it uses the first one's broker.</summary>
    public Task<HostProcess> BeginAnother(HostPlan? plan = null) => Begin(new HostProcess(_storage, World, this, plan ?? new()));

    /// <summary>Starts the host, again after a kill with the same data, and waits until it answers.</summary>
    public async Task Start()
    {
        _process = OwnProcess.Start(_arguments, _settings, _output);
        await UntilItAnswers();
    }

    public async Task<Process> WorkerProcess() =>
        await _process!.Worker() ?? throw new InvalidOperationException($"The host runs no worker process.\n{Output()}");

    public async Task Kill()
    {
        await _process!.Kill();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until something can be seen at the host from outside.</summary>
    public async Task Until(string what, Func<HostProcess, Task<bool>> seen)
    {
        var began = Stopwatch.StartNew();
        while (!await seen(this))
        {
            Assert.True(began.Elapsed < Limit, $"Not within {Limit}: {what}.\n{Output()}");
            await Task.Delay(50);
        }
    }

    public Task AdvanceTo(string kst) => AdvanceTo(Kst.Parse(kst));

    public async Task AdvanceTo(DateTimeOffset instant)
    {
        using var response = await Http.PostAsJsonAsync("localhost/clock/advance", new { to = instant });
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
        _standsAt = instant;
    }

    public Task AdvanceBy(TimeSpan time) => AdvanceTo(Now + time);

    public async Task WhenIdle()
    {
        using var response = await Http.GetAsync("localhost/idle?timeout=150");
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }

        Desk.World.Dispose();
        Desk.Dispose();
        Http.Dispose();
        await Line.DisposeAsync();
        if (_isFirst)
        {
            await World.DisposeAsync();
        }
    }

    private static async Task<HostProcess> Begin(HostProcess host)
    {
        try
        {
            if (host._isFirst)
            {
                await host.Desk.World.ReportSmsTo(host.ReportsTo);
            }

            await host.Start();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private async Task UntilItAnswers()
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var status = await Http.GetFromJsonAsync<JsonElement>("localhost/status");
                _serviceBusPort = status.GetProperty("serviceBusPort") is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : _serviceBusPort;
                return;
            }
            catch (HttpRequestException) when (!_process!.HasExited && began.Elapsed < Limit)
            {
                // Not listening yet: a process tells nobody when it is, so it is asked until it answers.
                await Task.Delay(50);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"The host did not start:\n{Output()}");
            }
        }
    }

    private async Task<string> Explain(HttpResponseMessage response) => $"{await response.Content.ReadAsStringAsync()}\n{Output()}";
}
