using Microsoft.AspNetCore.Components;

namespace Exemplar.Server.Console.Schedules;

/// <summary>
/// An input that keeps what was typed. Within a dialog it is drawn before its owner hands the value back: with the old one it would
/// take letters out of what is being typed.
/// </summary>
public abstract class TypedInput : ComponentBase
{
    /// <summary>As it was typed.</summary>
    [Parameter] public string? Value { get; set; }

    [Parameter] public EventCallback<string> ValueChanged { get; set; }

    protected Task SetAsync(string? text)
    {
        Value = text;
        return ValueChanged.InvokeAsync(text);
    }
}
