using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FunctionsHosting.Storage;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>
/// The host as a process of its own, to be killed as machines kill: SIGKILL, at once. The sandbox and Azurite stay up. Its clock stands until it is advanced.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(180);

    private readonly StorageFixture _storage;
    private readonly int _number;
    private readonly bool _isFirst;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _settings;
    private readonly StringBuilder _output = new();
    private readonly int _port;
    private int _serviceBusPort;
    private Process? _process;

    private HostProcess(StorageFixture storage, SandboxServer world, HostProcess? first, params IEnumerable<string> clock)
    {
        var number = first?._number ?? StorageFixture.NextStory();
        (_storage, _number, _isFirst) = (storage, number, first is null);
        _port = ReservedPort.Free(1)[0];
        World = world;
        Account = string.Create(CultureInfo.InvariantCulture, $"account-{number}");
        Ticket = string.Create(CultureInfo.InvariantCulture, $"{number * 1000 + 1}");
        _settings = new()
        {
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = StorageFixture.HubOf(number),
            ["Storage__TablePrefix"] = StorageFixture.HubOf(number),
            ["SweepSchedule"] = "0 0 4 * * *",
            ["UnknockedSchedule"] = "0 0 4 * * *",
        };
        _arguments =
        [
            "start", "--port", $"{_port}", "--service-bus-port", "0", "--test-hooks", "--quiet",
            "--data", storage.NewFolder().FullName, "--storage", storage.ConnectionString, "--sandbox", world.BaseAddress.AbsoluteUri,
            .. clock,
        ];
        if (first is not null)
        {
            _settings["ServiceBusConnection"] = first.ServiceBus;
        }

        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}/"), Timeout = Limit };
        Desk = new Desk(Http.BaseAddress, world.CreateClient(), () => Now);
    }

    public SandboxServer World { get; }

    public string Account { get; }

    public string Ticket { get; }

    public Desk Desk { get; }

    public DateTimeOffset Now { get; private set; }

    public HttpClient Http { get; }

    public int ProcessId => _process!.Id;

    /// <summary>Connection string of its broker.</summary>
    private string ServiceBus => string.Create(
        CultureInfo.InvariantCulture,
        $"Endpoint=sb://localhost:{_serviceBusPort};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;");

    /// <summary>A host whose business clock stands until it is advanced; its engine lives in real time.</summary>
    public static async Task<HostProcess> Begin(StorageFixture storage, string at)
    {
        var world = await SandboxServer.StartAsync(new SandboxOptions());
        var clock = Kst.Parse(at).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        return await Begin(new HostProcess(storage, world, first: null, "--frozen", "--clock", clock) { Now = Kst.Parse(at) });
    }

    /// <summary>A host in real time.</summary>
    /// <param name="storage">Where it keeps what it knows.</param>
    /// <param name="options">Further options of the start command.</param>
    public static async Task<HostProcess> BeginNow(StorageFixture storage, params IEnumerable<string> options) =>
        await Begin(new HostProcess(storage, await SandboxServer.StartAsync(new SandboxOptions()), first: null, options) { Now = DateTimeOffset.UtcNow });

    /// <summary>A second host on the same task hub and in the same world, with a port and a folder of its own; it uses the first one's broker.</summary>
    public Task<HostProcess> BeginAnother(params IEnumerable<string> options) => Begin(new HostProcess(_storage, World, this, options) { Now = Now });

    /// <summary>Starts the host, again after a kill with the same data, and waits until it has done what was left over.</summary>
    public async Task Start()
    {
        var assembly = typeof(Desk).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, .. _arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await UntilItAnswers();
        await WhenIdle();
    }

    /// <summary>The worker that the host runs as a process of its own.</summary>
    public async Task<Process> WorkerProcess()
    {
        var children = await System.IO.File.ReadAllTextAsync($"/proc/{ProcessId}/task/{ProcessId}/children");
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var command = await System.IO.File.ReadAllTextAsync($"/proc/{child}/cmdline");
            if (command.Contains("--functions-worker-id", StringComparison.Ordinal))
            {
                return Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException($"The host runs no worker process.\n{Output()}");
    }

    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until something can be seen at the host from outside.</summary>
    public async Task Until(string what, Func<HostProcess, Task<bool>> seen)
    {
        var began = Stopwatch.StartNew();
        while (!await seen(this))
        {
            Assert.True(began.Elapsed < LongLimit, $"Not within {LongLimit}: {what}.\n{Output()}");
            await Task.Delay(50);
        }
    }

    /// <summary>Orders the sandbox to keep an answer, begins the action, and comes back when the request is held: the moment to kill the host.</summary>
    public async Task HoldDuring(SandboxSystem system, string operation, FaultMoment moment, Func<Task> action)
    {
        await Desk.World.Order(new() { System = system, Operation = operation, When = moment, Kind = FaultKind.Hold });
        var acting = action();
        await Desk.World.WhenHeld(system, operation, Limit);
        await Kill();
        await Desk.World.ClearFaults();
        await Desk.World.ReleaseHeld();

        // The host that should have answered is gone: this is how its callers hear of it.
        await Assert.ThrowsAnyAsync<Exception>(() => acting);
        await Start();
    }

    public Task AdvanceTo(string kst) => AdvanceTo(Kst.Parse(kst));

    private async Task AdvanceTo(DateTimeOffset instant)
    {
        Now = instant;
        using var response = await Http.PostAsJsonAsync("localhost/clock/advance", new { to = Now });
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
    }

    public Task AdvanceBy(TimeSpan time) => AdvanceTo(Now + time);

    public async Task WhenIdle()
    {
        using var response = await Http.GetAsync("localhost/idle?timeout=50");
        Assert.True(response.IsSuccessStatusCode, await Explain(response));
    }

    /// <param name="complaint">What is complained about.</param>
    /// <param name="ticketOffset">Another ticket of this story.</param>
    public async Task<Filed> File(ComplaintBody complaint, int ticketOffset = 0)
    {
        var ticket = string.Create(CultureInfo.InvariantCulture, $"{long.Parse(Ticket, CultureInfo.InvariantCulture) + ticketOffset}");
        var filed = await Desk.File(complaint with { Account = Account, Ticket = ticket, RideId = $"{complaint.RideId}-{ticketOffset}" });
        await WhenIdle();
        return new(filed.Answer, filed.Body, filed.Answer.Location?.Split('/')[^1]);
    }

    public async Task<ReceivedByCase> Received(string caseId) => ReceivedByCase.Of(await Desk.World.Received(), caseId, Ticket);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }

        Desk.World.Dispose();
        Desk.Dispose();
        Http.Dispose();
        if (_isFirst)
        {
            await World.DisposeAsync();
        }
    }

    private static async Task<HostProcess> Begin(HostProcess host)
    {
        await host.Start();
        return host;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
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

    public string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
