using System.Collections.Concurrent;
using LocalHost.Tour;

namespace Bench.Ground;

/// <summary>The product as people start it: its host as a process of its own, in real time. Started again it goes on with its folder.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyList<string> _arguments;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _http;
    private Process? _process;

    public HostProcess(Site site, Uri sandbox, params IEnumerable<string> options)
    {
        Address = new($"http://127.0.0.1:{ReservedPort.Free(1)[0]}/");
        _http = new() { BaseAddress = Address };
        _arguments =
        [
            typeof(Desk).Assembly.Location, "start", "--quiet", "--test-hooks", "--port", $"{Address.Port}", "--service-bus-port", "0",
            "--data", site.NewFolder(), "--storage", site.Storage.ConnectionString, "--sandbox", $"{sandbox}", .. options,
        ];
    }

    public Uri Address { get; }

    /// <summary>MiB of memory that it and the processes it started have.</summary>
    public async Task<double> Memory(CancellationToken cancellation)
    {
        long bytes = 0;
        foreach (var id in (int[])[_process!.Id, .. await Children(_process.Id, cancellation)])
        {
            using var process = Process.GetProcessById(id);
            bytes += process.WorkingSet64;
        }

        return bytes / Math.Pow(1024, 2);
    }

    /// <returns>How long it took until the first request was answered 200.</returns>
    public async Task<TimeSpan> Start(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        _process = Process.Start(new ProcessStartInfo("dotnet", _arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (!await Answers(cancellation))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > StartLimit)
            {
                throw new NotMeasuredException($"The host did not start:{Environment.NewLine}{string.Join(Environment.NewLine, _output)}");
            }

            await Task.Delay(Look, cancellation);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Comes back when it works on nothing.</summary>
    public async Task WhenIdle(CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri("localhost/idle?timeout=90", UriKind.Relative), cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new NotMeasuredException(await answer.Content.ReadAsStringAsync(cancellation));
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill(CancellationToken cancellation)
    {
        _process!.Kill();
        await _process.WaitForExitAsync(cancellation);
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task Terminate(CancellationToken cancellation)
    {
        if (!DetachedProcess.AskToEnd(_process!))
        {
            throw new NotMeasuredException("The host could not be asked to end.");
        }

        await _process!.WaitForExitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { } process)
        {
            await DetachedProcess.Stop(process, CancellationToken.None);
            process.Dispose();
        }
    }

    private async Task<bool> Answers(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("api/health/live", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }

        while (_output.Count > KeptLines)
        {
            _output.TryDequeue(out _);
        }
    }

    /// <summary>Known on Linux only: elsewhere a worker in a process of its own goes uncounted.</summary>
    private static async Task<IEnumerable<int>> Children(int id, CancellationToken cancellation)
    {
        var file = $"/proc/{id}/task/{id}/children";
        return File.Exists(file)
            ? (await File.ReadAllTextAsync(file, cancellation)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => int.Parse(child, CultureInfo.InvariantCulture))
            : [];
    }
}
