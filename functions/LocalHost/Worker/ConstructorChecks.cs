using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Worker;

/// <summary>Finds, before anything runs, function classes whose constructor asks for a service the app has not registered.</summary>
internal static class ConstructorChecks
{
    public static IEnumerable<string> Problems(FunctionCatalogue catalogue, IServiceProvider services)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        return
            from type in catalogue.Functions.Where(static f => !f.Method.IsStatic).Select(static f => f.Method.DeclaringType!).Distinct()
            let constructors = type.GetConstructors()
            where constructors.Length == 1
            from parameter in constructors[0].GetParameters()
            where !parameter.HasDefaultValue && !parameter.IsDefined(typeof(FromKeyedServicesAttribute)) && !known.IsService(parameter.ParameterType)
            select $"class {type.Name}: constructor parameter '{parameter.Name}' of type {Readable(parameter.ParameterType)} "
                + "is not a registered service";
    }

    private static string Readable(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Readable))}>"
        : type.Name;
}
