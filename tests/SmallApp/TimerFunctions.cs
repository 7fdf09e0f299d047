using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace SmallApp;

public sealed class TimerFunctions(Seen seen, Gate gate)
{
    [Function(nameof(EveryHour))]
    public void EveryHour([TimerTrigger("%HourlySchedule%")] TimerInfo timer) => seen.Add(string.Create(
        CultureInfo.InvariantCulture,
        $"hour, last {timer.ScheduleStatus?.Last:HH:mm}, next {timer.ScheduleStatus?.Next:HH:mm}{(timer.IsPastDue ? ", late" : "")}"));

    [Function(nameof(AtStart))]
    public void AtStart([TimerTrigger("0 0 9 * * *", RunOnStartup = true)] TimerInfo timer) => seen.Add($"at start {timer.IsPastDue}");

    [Function(nameof(Slow))]
    public Task Slow([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
        seen.Add("slow");
        return gate.Pass(CancellationToken.None);
    }

    /// <summary>Works at the third attempt.</summary>
    [Function(nameof(Stubborn))]
    [FixedDelayRetry(5, "00:00:10")]
    public void Stubborn([TimerTrigger("0 0 * * * *")] TimerInfo timer, FunctionContext context)
    {
        seen.Add($"stubborn, retry {context.RetryContext?.RetryCount ?? 0} of {context.RetryContext?.MaxRetryCount ?? 0}");
        if (context.RetryContext is not { RetryCount: 2 })
        {
            throw new InvalidOperationException("not yet");
        }
    }

    [Function(nameof(Failing))]
    public void Failing([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
        seen.Add("failing");
        throw new InvalidOperationException("as told");
    }
}
