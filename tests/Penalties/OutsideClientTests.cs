using System.Collections.Concurrent;
using LocalHost.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
