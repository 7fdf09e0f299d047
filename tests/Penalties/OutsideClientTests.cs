using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LocalHost.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using Penalties.Outside;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class OutsideClientTests
{
    [Fact]
    public async Task No_log_line_shows_the_token_in_a_boards_address()
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        var lines = new LogLines();
        await using var app = App.At(world, logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines));

        var post = await app.GetRequiredService<AgitBoard>().Post(Centre.Koc, "본문", default);

        Assert.NotEmpty(post);
        Assert.DoesNotContain(lines, line => line.Contains(new SandboxOptions().Board.Groups[0].WebhookToken, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_span_shows_whose_address_was_called_and_not_the_token_a_boards_ends_in()
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        await using var app = App.At(world);
        Assert.NotNull(app.GetRequiredService<TracerProvider>());
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await app.GetRequiredService<AgitBoard>().Post(Centre.Koc, "본문", default);

        var span = Assert.Single(spans, one => one.GetTagItem("server.port") is int port && port == world.BaseAddress.Port);
        Assert.Equal(world.BaseAddress.GetLeftPart(UriPartial.Authority), span.GetTagItem("url.full"));
        Assert.DoesNotContain(
            new SandboxOptions().Board.Groups[0].WebhookToken, $"{span.DisplayName} {string.Join(' ', span.TagObjects)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breaker_that_opens_is_measured_and_only_its_own()
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        await using var app = App.At(world, more: [("Resilience:BreakerCalls", "2"), ("Resilience:BreakFor", "00:10:00")]);
        using var control = world.CreateClient();
        await control.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Rate = 1 });
        var board = app.GetRequiredService<AgitBoard>();
        async Task<string> Code() => (await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => board.Post(Centre.Koc, "본문", default))).Code;

        Assert.Equal(["http_503", "http_503", "breaker_open"], [await Code(), await Code(), await Code()]);

        var levels = new Dictionary<string, int>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "penalties.outside.breaker" && instrument.Meter.Scope == app.GetRequiredService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, level, tags, _) => levels[$"{tags[0].Value}"] = level);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(new Dictionary<string, int> { ["crm"] = 0, ["board"] = 1, ["driver-admin"] = 0, ["sms"] = 0 }, levels);
    }

    [Fact]
    public async Task A_look_up_that_is_repeated_on_the_spot_is_signed_anew()
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        await using var app = App.At(world);
        var sms = app.GetRequiredService<SolapiSms>();
        var group = await sms.Reserve("case-sms-1", default);
        using var control = world.CreateClient();

        // The first look-up was signed and served, but its answer says otherwise; the gateway takes no signature twice.
        await control.Order(new()
        {
            System = SandboxSystem.Sms,
            Operation = "look-up",
            When = FaultMoment.After,
            Kind = FaultKind.Status,
            Status = 503,
            RetryAfterSeconds = 0,
        });

        Assert.False((await sms.Look(group, default)).IsSent);
    }

    [Theory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task An_answer_that_begins_and_does_not_end_is_waited_for_as_long_as_any_other(FaultMoment when)
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        await using var app = App.At(world, more: [("Resilience:AttemptTimeout", "00:00:00.2"), ("Resilience:CallTimeout", "00:00:02")]);
        using var control = world.CreateClient();
        await control.Order(new() { System = SandboxSystem.Board, When = when, Kind = FaultKind.SlowBody, DelayMs = 3_600_000 });

        var post = app.GetRequiredService<AgitBoard>().Post(Centre.Koc, "본문", default);

        var away = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => post.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("timed_out", away.Code);
    }

    [Fact]
    public async Task A_look_up_whose_answer_is_cut_off_is_repeated_on_the_spot()
    {
        await using var world = await SandboxServer.StartAsync(new SandboxOptions());
        await using var app = App.At(world);
        var sms = app.GetRequiredService<SolapiSms>();
        var group = await sms.Reserve("case-sms-1", default);
        using var control = world.CreateClient();
        await control.Order(new() { System = SandboxSystem.Sms, Operation = "look-up", When = FaultMoment.After, Kind = FaultKind.CutBody });

        Assert.False((await sms.Look(group, default)).IsSent);
    }

    private sealed class LogLines : ConcurrentQueue<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
