using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function at the times of a schedule.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>Six NCRONTAB fields (seconds first), or <c>%setting%</c>.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Remember the schedule's state over restarts, so that missed occurrences are noticed.</summary>
    public bool UseMonitor { get; set; } = true;

    public bool RunOnStartup { get; set; }
}

/// <summary>What a timer function is told.</summary>
public class TimerInfo
{
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>True when the invocation is later than its schedule says.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>A timer's last and next occurrence.</summary>
public class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
