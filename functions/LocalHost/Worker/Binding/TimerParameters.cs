using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker.Binding;

/// <summary>Parameters of a timer function.</summary>
internal static class TimerParameters
{
    public const string Allowed = "TimerInfo (the trigger), " + CommonParameters.Allowed;

    public static ParameterBinder? Find(ParameterInfo parameter, bool isTrigger) =>
        !isTrigger ? CommonParameters.Find(parameter)
        : parameter.ParameterType == typeof(TimerInfo) ? static invocation => new(invocation.Required<TimerInfo>())
        : null;
}
