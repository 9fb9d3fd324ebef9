package api

import "reflect"

// redacted returns a copy of command in which every field that is tagged
// personal:"true" is empty, at any depth of structs, pointers and slices.
func redacted(command any) any {
	return redactedValue(reflect.ValueOf(command)).Interface()
}

func redactedValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || v.Elem().Kind() != reflect.Struct {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(redactedValue(v.Elem()))
		return c
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(redactedValue(v.Index(i)))
		}
		return c
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v)
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case f.Tag.Get("personal") == "true":
				c.Field(i).SetZero()
			case f.IsExported():
				c.Field(i).Set(redactedValue(v.Field(i)))
			}
		}
		return c
	}
	return v
}
