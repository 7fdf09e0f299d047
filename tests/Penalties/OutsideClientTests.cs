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
