using System.Diagnostics;
using FunctionsHosting;
using FunctionsHosting.Storage;
using LocalHost.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LocalHost.Tour;

/// <summary>Starts everything on free ports with a short day, plays the stories side by side, and checks what the outside world received.</summary>
public static class TourRun
{
    /// <summary>One business day in real time.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromSeconds(6);

    /// <summary>A Friday in the evening.</summary>
    private static readonly DateTimeOffset Start = new(2026, 9, 18, 19, 30, 0, TimeSpan.FromHours(9));

    public static async Task<TourReport> Play(FunctionApp app, Action<string> progress, Action<TourStory, string> tell, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var folder = Directory.CreateTempSubdirectory("tour-");
        try
        {
            progress("Starting storage, broker, functions and the outside world …");
            var clock = BusinessClock.Fast(Day, Start);
            var work = new WorkTracker();
            await using var world = await SandboxServer.StartAsync(new SandboxOptions { Clock = clock, Work = work }, ct);
            var port = ReservedPort.Free(1)[0];
            var settings = HostSettings.Normalise(new Dictionary<string, string?>
            {
                ["SweepSchedule"] = DevelopmentSettings.SweepOnFastClock,
                ["UnknockedSchedule"] = DevelopmentSettings.SweepOnFastClock,
            });
            DevelopmentSettings.Complete(settings, world.BaseAddress, new Uri($"http://127.0.0.1:{port}/"));
            await using var host = await FunctionsHost.StartAsync(
                app,
                new FunctionsHostOptions
                {
                    Settings = settings,
                    Clock = clock,
                    Work = work,
                    Azurite = new AzuriteOptions { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true },
                    Port = port,
                    Logging = static logging => logging.AddSimpleConsole().AddFilter(static level => level >= LogLevel.Warning)
                        .Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace),
                },
                cancellation: ct);

            using var client = world.CreateClient();
            using var desk = new Desk(host.BaseAddress, client, clock.GetUtcNow);
            var stage = new TourStage(desk, clock, tell);
            progress($"Everything runs after {watch.Elapsed.TotalSeconds:0.0} s; a business day takes {Day.TotalSeconds:0} s.");
            TourStory[] stories =
            [
                new BlockAgreedAndWarning(), new BlockDeclined(), new OutcomeLateAndReContact(), new NotVerified(), new ManagerSaysNo(), new NoPromise(),
                new DriverAppeals(), new CallbackWithConsent(), new CustomerWithdraws(),
            ];
            var played = await Task.WhenAll(stories.Select(story => PlayOne(story, stage, ct)));

            var received = await client.Received(ct);
            var reports = played.Select(one => Report(one.Story, one.Failure, one.Seconds, received)).ToList();
            return new(reports, Math.Round(watch.Elapsed.TotalSeconds, 1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(TourStory Story, string? Failure, double Seconds)> PlayOne(TourStory story, TourStage stage, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await story.Run(stage, ct);
            return (story, null, watch.Elapsed.TotalSeconds);
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return (story, $"missing: the story did not come to its end ({failed.Message})", watch.Elapsed.TotalSeconds);
        }
    }

    private static StoryReport Report(TourStory story, string? failure, double seconds, ReceivedDocument all)
    {
        var received = ReceivedByCase.Of(all, story.CaseId, story.Ticket);
        string[] faults = [.. failure is null ? Array.Empty<string>() : [failure], .. story.Faults(received)];
        return new(story.Name, faults.Length == 0, faults, Math.Round(seconds, 1), ReceivedReport.Of(received));
    }
}
